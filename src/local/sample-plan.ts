import type { SluiceConfig } from '../config/define-config.ts';
import type { Integration, Sample } from '../config/use-case.ts';
import { readRecordEvent, type RecordEvent } from '../domain/record-event.ts';

/** How a sample is begun. */
export type Way =
  | { readonly kind: 'hook' }
  | { readonly kind: 'record'; readonly event: RecordEvent }
  | { readonly kind: 'start' }
  | { readonly kind: 'schedule'; readonly name: string };

export interface PlannedSample {
  readonly integration: Integration;
  readonly sample: Sample;
  readonly way: Way;
}

/** All webhooks, one record event, or one start where nothing comes in by itself. */
export function planOf(integration: Integration): readonly PlannedSample[] {
  const { useCase, settings } = integration;
  const ways = useCase.samples.map((sample): PlannedSample => {
    const event = useCase.records === undefined ? undefined : readRecordEvent(jsonOf(sample.body));
    return { integration, sample, way: event !== undefined && 'recordId' in event ? { kind: 'record', event } : { kind: 'hook' } };
  });
  const hook = useCase.hook?.(settings);
  const hooks = hook === undefined ? [] : ways.filter(({ way, sample }) => way.kind === 'hook' && hook.contentTypes.includes(mediaType(sample)));
  const planned = [...ways.filter(({ way }) => way.kind === 'record').slice(0, 1), ...hooks];
  if (planned.length > 0) return planned;
  const byHand: Sample = { name: 'started-by-hand', contentType: 'application/json', body: '{}' };
  const over = useCase.manual?.(settings)?.over;
  if (over?.kind === 'nothing' || (over?.optional === true && useCase.samples.length > 0)) return [{ integration, sample: useCase.samples[0] ?? byHand, way: { kind: 'start' } }];
  return (useCase.schedules?.(settings) ?? []).slice(0, 1).map(({ name }) => ({ integration, sample: { ...byHand, name }, way: { kind: 'schedule', name } }));
}

/** The connections that speak to somebody real: what is tried out in the sandbox would go on there. */
export function realConnections({ connections }: Pick<SluiceConfig, 'connections'>): readonly string[] {
  return Object.values(connections).flatMap(({ name, settings }) => {
    const { url, baseUrl } = settings as { readonly url?: unknown; readonly baseUrl?: unknown };
    const host = URL.parse(typeof baseUrl === 'string' ? baseUrl : typeof url === 'string' ? url : '')?.hostname;
    return host === '127.0.0.1' || host === 'localhost' ? [] : [name];
  });
}

function mediaType({ contentType }: Sample): string {
  return contentType.split(';')[0]!.trim().toLowerCase();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
