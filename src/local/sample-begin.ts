import type { Integration, Sample } from '../config/use-case.ts';
import type { PlannedSample, Way } from './sample-plan.ts';
import { playRecords, sandboxHands } from './sample-records.ts';
import type { SendSamplesOptions } from './samples.ts';
import { signSample } from './sign-sample.ts';

/** What came of beginning a sample: an event, or a record whose events are in the integration's lane for it. */
export type Begun = { readonly eventId: string } | { readonly lane: string } | { readonly problem: string };

/** Begins all samples of a round at once. Whatever goes wrong with one of them is said of it, and the others go on. */
export function beginSamples(round: readonly PlannedSample[], options: SendSamplesOptions): readonly Promise<Begun>[] {
  const events = round.flatMap(({ way }) => (way.kind === 'record' ? [way.event] : []));
  const playing = events.length === 0 ? Promise.resolve(new Map<string, string>()) : playRecords(sandboxHands(options.twentyUrl, options.signal), events);
  // Whatever goes wrong belongs to the samples: the start goes on.
  const played = playing.catch((error: unknown) => new Map(events.map(({ recordId }) => [recordId, messageOf(error)])));
  return round.map(async ({ integration, sample, way }): Promise<Begun> => {
    if (way.kind === 'record') {
      const problem = (await played).get(way.event.recordId);
      return problem === undefined ? { lane: way.event.recordId } : { problem: `could not be made in the sandbox: ${problem}` };
    }
    return (way.kind === 'hook' ? postHook(integration, sample, options) : postStart(integration, sample, way, options)).catch((error: unknown) => ({ problem: messageOf(error) }));
  });
}

async function postHook(integration: Integration, sample: Sample, options: SendSamplesOptions): Promise<Begun> {
  const { verification } = integration.useCase.hook!(integration.settings)!;
  const signed = signSample(verification, sample.body, options.env);
  if (signed === undefined) return { problem: `not sent: nobody here can sign for ${verification.scheme}` };
  return post(`/hooks/${integration.name}${signed.path}`, signed.body, { 'content-type': sample.contentType, ...signed.headers }, options);
}

function postStart({ name }: Integration, sample: Sample, way: Way, options: SendSamplesOptions): Promise<Begun> {
  return way.kind === 'schedule'
    ? post(`/api/schedules/${name}/${way.name}/run`, '{}', { 'content-type': 'application/json' }, options)
    : post(`/triggers/${name}`, sample.body, { 'content-type': 'application/json' }, options);
}

async function post(path: string, body: string, headers: Readonly<Record<string, string>>, { gatewayUrl, apiToken, signal }: SendSamplesOptions): Promise<Begun> {
  const response = await fetch(`${gatewayUrl}${path}`, {
    method: 'POST', body, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    headers: { accept: 'application/json', ...(apiToken === undefined || path.startsWith('/hooks/') ? {} : { authorization: `Bearer ${apiToken}` }), ...headers },
  });
  const answer = (await response.json().catch(() => undefined)) as { readonly eventId?: string; readonly id?: string; readonly message?: string } | undefined;
  const eventId = answer?.eventId ?? answer?.id;
  if (eventId !== undefined) return { eventId };
  return { problem: response.ok ? 'acknowledged, and nothing comes of it' : `refused with ${String(response.status)}${answer?.message === undefined ? '' : `: ${answer.message}`}` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
