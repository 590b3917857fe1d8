import { setTimeout as pause } from 'node:timers/promises';
import type { Integration } from '../config/use-case.ts';
import type { NewEvent } from '../domain/event.ts';
import { acceptEvents } from '../store/accept.ts';
import type { Database } from '../store/database.ts';
import { applyAction } from '../store/hand.ts';
import { createNotifier } from '../store/notify.ts';
import { findEvent } from '../store/views.ts';
import type { EventView } from '../store/views.ts';
import { CliError } from './failure.ts';

/** A dry run: what came in, and the plan of all that would be changed outside. */
export interface Trial {
  readonly integration: string;
  readonly sample: string;
  readonly event: EventView;
}

const pollMs = 100;
const waitMs = 60_000;

/** Puts the event of a trial into the inbox and waits for its end. Throws when nobody runs it within a minute. */
export async function tryOut(database: Database, integration: Integration, sample: string, event: NewEvent): Promise<Trial> {
  const [accepted] = await acceptEvents(database, [event]);
  createNotifier(database)();
  return { integration: integration.name, sample, event: await untilEnded(database, accepted?.eventId ?? '') };
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
