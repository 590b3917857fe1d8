import { createHash } from 'node:crypto';
import type { NewDelivery, NewEvent } from '../domain/event.ts';
import type { RecordEvent, RecordRule, SeenRecord } from '../domain/record-event.ts';
import type { Integration, RecordInterest } from './use-case.ts';
import type { TwentyWorkspace } from './workspaces.ts';

/** What the inbox needs to store a record event: who wants it, what is noted of it, and how a repeat is known. */
export interface RoutedEvent {
  readonly dedupe: NewEvent['dedupe'];
  readonly record: SeenRecord;
  readonly deliveries: readonly NewDelivery[];
}

/** Decides which integrations want a record event. Pure and quick: it stands before anything is stored. */
export type RecordRouter = (event: RecordEvent) => RoutedEvent | undefined;

/** The router of one workspace's events. Undefined is answered for what nobody wants. */
export function createRecordRouter({ workspace, connection }: TwentyWorkspace, integrations: Iterable<Integration>): RecordRouter {
  const wants = [...integrations].flatMap((integration) => {
    const version = settingsVersion(integration);
    return interestsOf(integration, connection).map((interest) => ({ integration, interest, version }));
  });
  const watchedOf = watchedFields(wants.map(({ interest }) => interest));
  return (event) => {
    const deliveries = wants.flatMap(({ integration, interest, version }): NewDelivery[] =>
      isWanted(interest, event)
        ? [{
            integration: integration.name,
            laneKey: `${interest.lane ?? ''}${event.recordId}`,
            urgency: integration.useCase.urgency,
            record: { id: event.recordId, action: event.action, rule: ruleOf(interest, version, event), settle: interest.settle, ...(interest.everyEdit === true ? { everyEdit: true } : {}) },
          }]
        : []);
    if (deliveries.length === 0) return undefined;
    const { object, recordId: id, action, updatedAt } = event;
    const hash = recordHash(watchedOf.get(object) ?? [], event.record);
    const deleted = typeof event.record['deletedAt'] === 'string';
    // Twenty sends no event id and a new nonce per attempt, and every webhook of a workspace brings its own copy: an event is
    // known by what it says.
    const key = `${object}.${action}:${id}:${updatedAt}:${hashOf(event.record)}`;
    return { dedupe: { key }, record: { workspace, object, id, action, updatedAt, hash, deleted }, deliveries };
  };
}

/** What an integration listens to among the records that a connection reaches. */
export function interestsOf({ useCase, settings }: Integration, connection: string): readonly RecordInterest[] {
  return (useCase.records?.(settings) ?? []).filter((interest) => interest.connection === connection);
}

/** By object, the fields that any of the interests looks at, in the order of their names. */
export function watchedFields(interests: readonly RecordInterest[]): ReadonlyMap<string, readonly string[]> {
  const byObject = Map.groupBy(interests, ({ object }) => object);
  return new Map([...byObject].map(([object, own]) => [object, [...new Set(own.flatMap(fieldsOf))].sort()]));
}

/** The hash that is noted of a record, over the fields that anybody watches. */
export function recordHash(fields: readonly string[], record: Readonly<Record<string, unknown>>): string {
  return inputsHash('', fields, record);
}

/** The hash of the inputs that an integration watches of a record, the same for a webhook's record and for one read over the API. */
export function inputsHash(version: string, watch: readonly string[], record: Readonly<Record<string, unknown>>): string {
  return hashOf([version, ...watch.map((field) => [field, canonical(watched(record, field))])]);
}

/** Changes with every change of an integration's settings, its functions included: a new configuration looks at all records anew. */
export function settingsVersion(integration: Integration): string {
  const text = JSON.stringify(integration.settings, (_key, value: unknown) =>
    typeof value === 'function' ? String(value as () => unknown) : value instanceof RegExp ? String(value) : value);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function isWanted(interest: RecordInterest, { object, action, updatedFields, record }: RecordEvent): boolean {
  if (interest.object !== object || !interest.actions.includes(action)) return false;
  const fields = fieldsOf(interest);
  if (action === 'updated' && updatedFields.length > 0 && !updatedFields.some((field) => fields.includes(field.replace(/Id$/, '')) || fields.includes(field))) return false;
  return interest.matches?.(record) ?? true;
}

function ruleOf({ transition, watch, awaited }: RecordInterest, version: string, { record, action }: RecordEvent): RecordRule | undefined {
  if (awaited === true) return { kind: 'awaited' };
  if (action === 'deleted' || action === 'destroyed') return undefined;
  if (transition === undefined) return { kind: 'change', inputs: inputsHash(version, watch, record) };
  return { kind: 'transition', ...lookAt(transition, record) };
}

/** How a record stands to a transition: the field's value, and whether it is one of those that are waited for. */
export function lookAt({ field, to }: NonNullable<RecordInterest['transition']>, record: Readonly<Record<string, unknown>>): { readonly inputs: string; readonly matches: boolean } {
  const value = watched(record, field);
  return { inputs: JSON.stringify(canonical(value) ?? null), matches: typeof value === 'string' && to.includes(value) };
}

/** The fields of a record that an interest looks at. */
export function fieldsOf({ watch, transition }: RecordInterest): readonly string[] {
  return transition === undefined ? watch : [...watch, transition.field];
}

function watched(record: Readonly<Record<string, unknown>>, field: string): unknown {
  const id = record[`${field}Id`];
  return id === undefined ? record[field] : id;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}

/** Twenty answers empty text where it posts null, and in another order: neither is a difference. */
function canonical(value: unknown): unknown {
  if (value === null || value === '' || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((one) => canonical(one) ?? null);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, canonical(one)] as const)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
