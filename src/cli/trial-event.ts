import { randomUUID } from 'node:crypto';
import { createRecordRouter } from '../config/record-routing.ts';
import { manualEvent, recordsOf } from '../config/starts.ts';
import type { Hook, Integration, RecordInterest, Sample } from '../config/use-case.ts';
import type { NewEvent } from '../domain/event.ts';
import { readRecordEvent, type RecordEvent } from '../domain/record-event.ts';
import { readStart } from '../domain/start.ts';
import { CliError } from './failure.ts';
import { printable } from './print.ts';

const VERDICT = 'sluice try';

/**
 * The inbox event of a sample, as a delivery that may change nothing: a webhook's body, or a record event as Twenty posts it.
 * Throws when the integration takes neither, or would refuse or drop this one.
 */
export async function sampleEvent(integration: Integration, sample: Sample): Promise<NewEvent> {
  const { useCase, settings, name } = integration;
  const hook = useCase.hook?.(settings);
  const interests = useCase.records?.(settings) ?? [];
  if (hook === undefined && interests.length === 0) throw new CliError(nothingToTry(integration));
  const event = interests.length === 0 ? undefined : readRecordEvent(jsonOf(sample.body));
  const isRecordEvent = event !== undefined && 'recordId' in event;
  if (hook !== undefined && !isRecordEvent) return hookEvent(name, hook, sample);
  if (isRecordEvent) return recordEvent(integration, interests, sample, event);
  const why = event === undefined ? 'it is about the data model' : `${event.path === '' ? 'it' : event.path} must be ${event.expected}`;
  throw new CliError(`${name} takes record events as Twenty posts them, and ${printable(sample.name)} is none: ${why}.`);
}

/** The inbox event of a dry run over one record that is in Twenty: a start by hand. */
export function recordTrial(integration: Integration, recordId: string): NewEvent {
  if (recordsOf(integration) === undefined) throw new CliError(`${integration.name} does not run over records, so --record cannot be tried with it.`);
  const reading = readStart({ selection: { ids: [recordId] }, dryRun: true });
  if (!reading.ok) throw new CliError(`--record ${printable(recordId)}: ${printable(reading.problem.message)}`, { exitCode: 2 });
  const start = manualEvent(integration, { ...reading.start, requestId: randomUUID(), by: VERDICT }, VERDICT);
  if (!start.ok) throw new CliError(printable(start.problem.message));
  return { ...start.event, source: sourceOf(integration.name) };
}

/** Why an integration has nothing that could be tried. */
export function nothingToTry(integration: Integration): string {
  const manual = integration.useCase.manual?.(integration.settings);
  const instead = manual === undefined ? '' : manual.over.kind === 'records' ? ': name one with --record' : `: sluice trigger ${integration.name} --dry-run plans a start by hand`;
  return `${integration.name} takes no webhooks and listens to no records, so it has no sample to try${instead}.`;
}

async function hookEvent(name: string, hook: Hook, sample: Sample): Promise<NewEvent> {
  const body = Buffer.from(sample.body);
  const contentType = sample.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!hook.contentTypes.includes(contentType)) {
    throw new CliError(`${name} takes no ${printable(contentType)}: say --content-type ${hook.contentTypes.join(' or ')}.`);
  }
  const reading = await hook.read({ contentType, contentTypeHeader: sample.contentType, headers: {}, body });
  if (reading.kind === 'refused') throw new CliError(`${name} refuses ${sample.name} with ${reading.status}: ${reading.path}: ${printable(reading.problem)}`);
  if (reading.kind === 'answer') throw new CliError(`${sample.name} is a test call of its sender: it is answered and nothing comes of it.`);
  return trialEvent(name, sample, [{ integration: name, laneKey: reading.laneKey, urgency: 'urgent', dryRun: true, outcome: reading.outcome }]);
}

/** Without a note of what was seen and without a rule: a trial is no news of the record, and is run whatever is known of it. */
function recordEvent(integration: Integration, interests: readonly RecordInterest[], sample: Sample, event: RecordEvent): NewEvent {
  const connections = [...new Set(interests.map(({ connection }) => connection))];
  const routed = connections.map((connection) => createRecordRouter({ workspace: VERDICT, connection }, [integration])(event)).find((one) => one !== undefined);
  if (routed === undefined) {
    const fields = event.action === 'updated' && event.updatedFields.length > 0 ? ` of ${event.updatedFields.join(', ')}` : '';
    throw new CliError(`${integration.name} would drop ${printable(`${sample.name} (${event.object}.${event.action}${fields})`)}: it listens to ${interests.map(wordsOf).join('; ')}.`);
  }
  const { name } = integration;
  return trialEvent(name, { ...sample, contentType: 'application/json' }, routed.deliveries.map(({ laneKey }) => ({
    integration: name, laneKey, urgency: 'urgent', dryRun: true, record: { id: event.recordId, action: event.action },
  })));
}

function trialEvent(integration: string, { contentType, body }: Sample, deliveries: NewEvent['deliveries']): NewEvent {
  return { source: sourceOf(integration), dedupe: { key: randomUUID() }, contentType, headers: {}, body: Buffer.from(body), verdict: VERDICT, deliveries };
}

/** Never the source of live events, so that a trial is neither mixed with them nor a repeat of one. */
function sourceOf(integration: string): string {
  return `try:${integration}`;
}

function wordsOf({ object, actions, watch, matches }: RecordInterest): string {
  const updated = watch.length === 0 ? 'updated' : `updated (${watch.join(', ')})`;
  return `${object} ${actions.map((action) => (action === 'updated' ? updated : action)).join(', ')}${matches === undefined ? '' : ', where the record fits'}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
