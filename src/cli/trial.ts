import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Integration, Sample } from '../config/use-case.ts';
import { acceptEvents } from '../store/accept.ts';
import type { Database } from '../store/database.ts';
import { applyAction } from '../store/hand.ts';
import { createNotifier } from '../store/notify.ts';
import { findEvent } from '../store/views.ts';
import type { EventView } from '../store/views.ts';
import { CliError } from './failure.ts';
import { printable } from './print.ts';

/** A sample's dry run: what came in, and the plan of all that would be changed outside. */
export interface Trial {
  readonly integration: string;
  readonly sample: string;
  readonly event: EventView;
}

const pollMs = 100;
const waitMs = 60_000;

/**
 * Puts a sample into the inbox as a delivery that may change nothing, and waits for its end. Never mixed with live deliveries
 * and never a repeat of one. Throws when the integration's hook refuses it, or when nobody runs it within a minute.
 */
export async function tryOut(database: Database, integration: Integration, sample: Sample): Promise<Trial> {
  const hook = integration.useCase.hook?.(integration.settings);
  if (hook === undefined) throw new CliError(`${integration.name} takes no webhooks, so it has no sample to send.`);
  const body = Buffer.from(sample.body);
  const contentType = sample.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!hook.contentTypes.includes(contentType)) {
    throw new CliError(`${integration.name} takes no ${printable(contentType)}: say --content-type ${hook.contentTypes.join(' or ')}.`);
  }
  const reading = await hook.read({ contentType, contentTypeHeader: sample.contentType, headers: {}, body });
  if (reading.kind === 'refused') throw new CliError(`${integration.name} refuses ${sample.name} with ${reading.status}: ${reading.path}: ${printable(reading.problem)}`);
  if (reading.kind === 'answer') throw new CliError(`${sample.name} is a test call of its sender: it is answered and nothing comes of it.`);

  const [accepted] = await acceptEvents(database, [
    {
      source: `try:${integration.name}`,
      dedupe: { key: randomUUID() },
      contentType: sample.contentType,
      headers: {},
      body,
      verdict: 'sluice try',
      deliveries: [{ integration: integration.name, laneKey: reading.laneKey, urgency: 'urgent', dryRun: true, outcome: reading.outcome }],
    },
  ]);
  createNotifier(database)();
  return { integration: integration.name, sample: sample.name, event: await untilEnded(database, accepted?.eventId ?? '') };
}

async function untilEnded(database: Database, eventId: string): Promise<EventView> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const event = await findEvent(database, eventId);
    const open = event?.deliveries.filter(({ state }) => state === 'pending' || state === 'running') ?? [];
    if (event !== undefined && open.length === 0) return event;
    if (Date.now() > deadline) {
      for (const { id } of open) await applyAction(database, 'discard', { deliveryId: id }, 'sluice try');
      throw new CliError(`Nobody ran it within ${waitMs / 1000} s: are a dispatcher and a worker up on this database? It is event ${eventId}.`);
    }
    await pause(pollMs);
  }
}
