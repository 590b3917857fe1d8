import { setTimeout as pause } from 'node:timers/promises';
import type { Integration, Sample } from '../config/use-case.ts';
import type { EventView } from '../store/views.ts';

/** How a sample ended; `problem` says why it was not sent or not accepted. */
export interface SampleResult {
  readonly integration: string;
  readonly sample: string;
  readonly event?: EventView;
  readonly problem?: string;
}

export interface SendSamplesOptions {
  readonly gatewayUrl: string;
  readonly integrations: readonly Integration[];
  readonly apiToken: string | undefined;
  /** How long outcomes are waited for, in milliseconds, from the last sample on. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

const pollMs = 100;
const ends: ReadonlySet<string> = new Set(['waiting', 'held', 'succeeded', 'skipped', 'failed', 'superseded', 'discarded']);

/**
 * Sends every integration's samples as a sender would and waits until each has its end, or `waitMs` is over. Whoever listens to
 * records needs no sample: the people that the forms make are news to them.
 */
export async function sendSamples(options: SendSamplesOptions): Promise<readonly SampleResult[]> {
  const sent = [];
  for (const integration of options.integrations) {
    if (integration.useCase.hook === undefined && integration.useCase.records !== undefined) continue;
    for (const sample of integration.useCase.samples) sent.push({ integration: integration.name, sample: sample.name, ...(await send(integration, sample, options)) });
  }
  const deadline = Date.now() + options.waitMs;
  return Promise.all(
    sent.map(async ({ eventId, ...result }) => (eventId === undefined ? result : { ...result, event: await untilEnded(eventId, deadline, options) })),
  );
}

async function send(integration: Integration, sample: Sample, options: SendSamplesOptions): Promise<{ readonly eventId?: string; readonly problem?: string }> {
  const hook = integration.useCase.hook?.(integration.settings);
  if (hook === undefined) return { problem: 'takes no webhooks' };
  if (hook.verification.scheme !== 'none') return { problem: `not sent: only its sender can sign for ${hook.verification.scheme}` };
  if (!hook.contentTypes.includes(sample.contentType)) return { problem: `not sent: it takes no ${sample.contentType}` };
  const response = await fetch(`${options.gatewayUrl}/hooks/${integration.name}`, {
    method: 'POST',
    headers: { 'content-type': sample.contentType, accept: 'application/json' },
    body: sample.body,
    redirect: 'manual',
    signal: options.signal,
  });
  const answer = (await response.json().catch(() => undefined)) as { readonly eventId?: string; readonly id?: string; readonly message?: string } | undefined;
  const eventId = answer?.eventId ?? answer?.id;
  return eventId === undefined ? { problem: `refused with ${response.status}${answer?.message === undefined ? '' : `: ${answer.message}`}` } : { eventId };
}

async function untilEnded(eventId: string, deadline: number, { gatewayUrl, apiToken, signal }: SendSamplesOptions): Promise<EventView> {
  const headers: Record<string, string> = apiToken === undefined ? {} : { authorization: `Bearer ${apiToken}` };
  for (;;) {
    const response = await fetch(`${gatewayUrl}/events/${eventId}`, { headers, signal });
    if (!response.ok) throw new Error(`The gateway answered ${response.status} when asked for event ${eventId}.`);
    const event = (await response.json()) as EventView;
    if (event.deliveries.every((delivery) => ends.has(delivery.state)) || Date.now() > deadline) return event;
    await pause(pollMs, undefined, { signal });
  }
}
