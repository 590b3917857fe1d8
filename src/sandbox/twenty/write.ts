import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Author } from './author.ts';
import { compositeOf } from './composites.ts';
import { resolveConnects } from './connect.ts';
import type { RecordEvent } from './event.ts';
import { checkForeignKeys, foreignKeyName } from './foreign-keys.ts';
import { parseRecordInput } from './input.ts';
import type { RecordInput } from './input.ts';
import type { ObjectModel } from './model.ts';
import { emptyRecord } from './record.ts';
import type { StoredRecord } from './record.ts';
import { brokenForeignKey } from './refusal.ts';
import { Staging } from './staging.ts';
import { matchForUpsert } from './upsert.ts';
import type { Change, Workspace } from './workspace.ts';

/** What a write did: the records to answer with, and the events it caused. */
export interface Written {
  readonly records: readonly StoredRecord[];
  readonly events: readonly RecordEvent[];
  /** Ids of records that an upsert took out of the trash. */
  readonly revived: readonly string[];
}

/** Creates all or none. With `upsert`, records that match by id or a unique field are updated first, even those in the trash. */
export function createRecords(workspace: Workspace, object: ObjectModel, data: readonly unknown[], author: Author, upsert: boolean): Written {
  const inputs = data.map((item) => resolveConnects(workspace, object, parseRecordInput(object, item)));
  const staging = new Staging(workspace, object);
  const nowMs = workspace.now();
  const matches = inputs.map((input) => (upsert ? matchForUpsert(workspace, object, input) : undefined));
  const updates: RecordEvent[] = [];
  const revived: string[] = [];
  inputs.forEach((input, index) => {
    const match = matches[index];
    const before = match === undefined ? undefined : staging.get(match);
    if (before === undefined) return;
    const revive = before.deletedAt !== null && input.values.deletedAt === undefined;
    if (revive) revived.push(before.id);
    const after = changed(object, before, { ...input.values, ...(revive ? { deletedAt: null } : {}) }, author, nowMs);
    staging.put(after);
    // On this path Twenty does not name updatedBy among the updated fields.
    pushUpdate(updates, object, before, after, author, ['updatedBy']);
  });
  const top = workspace.table(object.nameSingular).minPosition();
  let inserted = 0;
  const ids = inputs.map((input, index) => {
    if (matches[index] !== undefined) return matches[index];
    inserted += 1;
    return staging.insert(fresh(object, input, author, nowMs, top - inserted)).id;
  });
  checkForeignKeys(workspace, object, staging.records());
  workspace.commit(staging.changes());
  const creations = staging.inserted().map((after): RecordEvent => ({ action: 'created', object, record: after, author }));
  const records = [...new Set(ids)].map((id) => staging.get(id) as StoredRecord);
  return { records, events: [...updates, ...creations], revived };
}

export function updateRecords(workspace: Workspace, object: ObjectModel, targets: readonly StoredRecord[], data: unknown, author: Author): Written {
  const { values } = resolveConnects(workspace, object, parseRecordInput(object, data));
  const staging = new Staging(workspace, object);
  const nowMs = workspace.now();
  const events: RecordEvent[] = [];
  const records = targets.map((before) => {
    if (values.id !== undefined && values.id !== before.id) throw idChangeRefused(object);
    const after = changed(object, before, values, author, nowMs);
    staging.put(after);
    pushUpdate(events, object, before, after, author);
    return after;
  });
  checkForeignKeys(workspace, object, records);
  workspace.commit(staging.changes());
  return { records, events, revived: [] };
}

/** Puts records into the trash; one that lies there already gets a new date. `updatedBy` stays. */
export function softDeleteRecords(workspace: Workspace, object: ObjectModel, targets: readonly StoredRecord[], author: Author): Written {
  const at = new Date(workspace.now()).toISOString();
  return moveRecords(workspace, object, targets, 'deleted', (record) => ({ ...record, deletedAt: at, updatedAt: at }), author);
}

export function restoreRecords(workspace: Workspace, object: ObjectModel, targets: readonly StoredRecord[], author: Author): Written {
  const at = new Date(workspace.now()).toISOString();
  return moveRecords(workspace, object, targets, 'restored', (record) => ({ ...record, deletedAt: null, updatedAt: at }), author);
}

function moveRecords(
  workspace: Workspace, object: ObjectModel, targets: readonly StoredRecord[], action: 'deleted' | 'restored',
  move: (record: StoredRecord) => StoredRecord, author: Author,
): Written {
  const changes = targets.map((before) => ({ object, before, after: move(before) }));
  workspace.commit(changes);
  const events = changes
    .filter(({ before, after }) => before.deletedAt !== after.deletedAt)
    .map(({ after }): RecordEvent => ({ action, object, record: after, author, updatedFields: ['deletedAt'] }));
  return { records: changes.map(({ after }) => after), events, revived: [] };
}

/** Removes records for good; records that hang on them go too or lose the link, as the relation says, without an event. */
export function destroyRecords(workspace: Workspace, object: ObjectModel, targets: readonly StoredRecord[], author: Author): Written {
  const changes: Change[] = [];
  for (const before of targets) collectDestruction(workspace, object, before, changes, new Set());
  workspace.commit(changes);
  return { records: targets, events: targets.map((record): RecordEvent => ({ action: 'destroyed', object, record, author })), revived: [] };
}

function collectDestruction(workspace: Workspace, object: ObjectModel, before: StoredRecord, changes: Change[], seen: Set<string>): void {
  if (seen.has(before.id)) return;
  seen.add(before.id);
  changes.push({ object, before });
  for (const other of workspace.objects()) {
    for (const column of other.columns) {
      if (column.field.relation?.target !== object.nameSingular) continue;
      const table = workspace.table(other.nameSingular);
      for (const id of table.pointingAt(column.name, before.id)) {
        const hanging = table.get(id) as StoredRecord;
        if (column.field.settings?.onDelete === 'CASCADE') collectDestruction(workspace, other, hanging, changes, seen);
        else changes.push({ object: other, before: hanging, after: { ...hanging, [column.name]: null } });
      }
    }
  }
}

function fresh(object: ObjectModel, input: RecordInput, author: Author, nowMs: number, firstPosition: number): StoredRecord {
  const { values } = input;
  const now = new Date(nowMs).toISOString();
  const record: Record<string, unknown> = { ...emptyRecord(object) };
  for (const [name, value] of Object.entries(values)) record[name] = merged(object.columnByName.get(name)?.type ?? '', record[name], value);
  record.id = values.id ?? randomUUID();
  record.createdAt = values.createdAt ?? now;
  record.updatedAt = values.updatedAt ?? now;
  record.position = typeof values.position === 'number' ? values.position : firstPosition;
  record.createdBy = { ...author.createdBy, ...(values.createdBy as object | undefined) };
  record.updatedBy = updatedByOf(author, values);
  return record as StoredRecord;
}

function changed(object: ObjectModel, before: StoredRecord, values: Readonly<Record<string, unknown>>, author: Author, nowMs: number): StoredRecord {
  const after: Record<string, unknown> = { ...before };
  for (const column of object.columns) {
    const value = values[column.name];
    if (value === undefined || column.name === 'id' || column.name === 'updatedBy') continue;
    if (column.name === 'position' && typeof value !== 'number') continue;
    after[column.name] = merged(column.type, before[column.name], value);
  }
  after.updatedAt = values.updatedAt ?? new Date(nowMs).toISOString();
  after.updatedBy = updatedByOf(author, values);
  return after as StoredRecord;
}

/** Source, name and member are always the writer's; only the context that the client sends is kept, until the next write. */
function updatedByOf(author: Author, values: Readonly<Record<string, unknown>>): unknown {
  const context = (values.updatedBy as { context?: unknown } | undefined)?.context;
  return { ...author.updatedBy, context: context ?? author.updatedBy.context };
}

function merged(type: string, before: unknown, value: unknown): unknown {
  return compositeOf(type) === undefined ? value : { ...(before as object), ...(value as object) };
}

/** An event only if something changed; composites are named by field, a link by its relation and its column. */
function pushUpdate(events: RecordEvent[], object: ObjectModel, before: StoredRecord, after: StoredRecord, author: Author, untold: readonly string[] = []): void {
  const updatedFields: string[] = [];
  for (const column of object.columns) {
    if (column.name === 'updatedAt' || column.type === 'TS_VECTOR' || untold.includes(column.name)) continue;
    if (isDeepStrictEqual(before[column.name], after[column.name])) continue;
    updatedFields.push(...(column.field.relation === undefined ? [column.name] : [column.field.name, column.name]));
  }
  if (updatedFields.length > 0) events.push({ action: 'updated', object, before, record: after, author, updatedFields });
}

/** An id cannot change once the timeline points at it, which it does from the first moment. */
function idChangeRefused(object: ObjectModel): Error {
  const column = `target${object.nameSingular.charAt(0).toUpperCase()}${object.nameSingular.slice(1)}Id`;
  const constraint = foreignKeyName('timelineActivity', column);
  return brokenForeignKey(`update or delete on table "${object.nameSingular}" violates foreign key constraint "${constraint}" on table "timelineActivity"`);
}
