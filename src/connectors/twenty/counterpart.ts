import { v5 as uuidv5 } from 'uuid';
import type { Counterpart, CounterpartEnd, CounterpartObject, CounterpartUpdate } from '../counterpart.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { begun } from './call.ts';
import type { CallContext } from './call.ts';
import { readAll, readChanges, recordOf, wanted } from './counterpart-changes.ts';
import { findByKey } from './find-by-key.ts';
import { createTwentyClient } from './index.ts';
import type { CreateResult, TwentyClient, UpdateResult, WritableObject } from './index.ts';
import { patchOf, valueAt } from './paths.ts';
import type { TwentySettings } from './settings.ts';

const NAMESPACE = '0d4f4b5e-54a5-4a3a-9a0e-6f0c1b7d9f21';
/** Upserts are for many: up to this many records are updated by id, which cannot revive what is in the trash. */
const ONE_BY_ONE = 2;
/** An answer that seems to have taken longer may be an old one that lay waiting for a process which stood still: people may have changed the records since. */
const MAX_READ_MS = 10_000;

/** A workspace as the other side of a two-way sync; its client is made when it is first used as one. */
export const openTwenty: OpenTool<TwentySettings> = ({ url, apiKey, batchSize }, context) => {
  let client: TwentyClient | undefined;
  const opened = (): TwentyClient => (client ??= createTwentyClient({ url, apiKey: context.secret(apiKey), maxBatch: batchSize, allowInsecure: context.allowInsecure }));
  return { counterpart: counterpartOf(opened, batchSize), close: async () => void (await client?.close()) };
};

/**
 * Keeps an object of a workspace in step, standard or custom, by its singular name; fields are paths, `emails.primaryEmail`. Records are made under
 * ids of our own, so that a repeated create is recognised. Nothing is ever destroyed: records are put into the trash. A merge destroys its losers
 * and tells nobody; what came of them is found by their keys, of people by further addresses too.
 */
function counterpartOf(client: () => TwentyClient, atOnce: number): Counterpart {
  return {
    service: 'twenty',
    atOnce,
    knowsKeys: true,
    async get(object, ids, call) {
      return (await client().findByIds(nameOf(object), ids, call, wanted(object))).map((record) => recordOf(record, object));
    },
    async find(object, field, values, call) {
      const records = await findByKey(client(), nameOf(object), field, values, call, wanted(object));
      return records.map((record) => {
        const further = field === 'emails.primaryEmail' ? valueAt(record, 'emails.additionalEmails') : null;
        return { ...recordOf(record, object), ...(Array.isArray(further) ? { otherKeys: further as readonly string[] } : {}) };
      });
    },
    changes: (object, cursor, call) => readChanges(client(), object, cursor, call),
    all: (object, cursor, call) => readAll(client(), object, cursor, call),
    async create(object, records, call) {
      const rows = records.map(({ key, fields }) => ({ ...patchOf(fields, {}), id: uuidv5(key, NAMESPACE) }));
      return (await client().createMany(nameOf(object), rows, call, { fields: wanted(object) })).map((end) => created(end, object));
    },
    update: (object, rows, call) => update(client(), object, rows, call),
    async remove(object, ids, _forGood, call) {
      const ctx = begun(call);
      for (const id of ids) await client().softDelete(nameOf(object), id, ctx);
      return ids;
    },
  };
}

/**
 * Twenty has no conditional write: the records are read once more right before, the tokens for both taken together, and what has changed since the
 * caller read it is left alone. An edit between this look and the write is covered by it.
 */
async function update(client: TwentyClient, object: CounterpartObject, rows: readonly CounterpartUpdate[], call: ToolCall): Promise<readonly CounterpartEnd[]> {
  const name = nameOf(object);
  const fields = wanted(object);
  const ctx = await paid(call, 1 + (rows.length <= ONE_BY_ONE ? rows.length : 1));
  const age = stopwatch();
  const current = new Map((await client.rereadForUpdate(name, rows.map(({ id }) => id), fields, ctx)).map((record) => [record.id, record]));
  const readAtMs = Date.now();
  const ends = new Map<CounterpartUpdate, CounterpartEnd>();
  const open = rows.flatMap((row) => {
    const record = current.get(row.id);
    if (record === undefined || record.deletedAt !== undefined) ends.set(row, { status: 'gone' });
    else if ((row.version !== undefined && record.updatedAt !== row.version) || age() > MAX_READ_MS) ends.set(row, { status: 'changed' });
    else return [{ row, id: row.id, patch: patchOf(row.fields, record), createdAt: record.createdAt }];
    return [];
  });
  if (open.length > ONE_BY_ONE) (await client.upsertByIds(name, open, readAtMs, ctx, fields)).forEach((end, index) => ends.set(open[index]!.row, updated(end, object)));
  else for (const { row, id, patch } of open) ends.set(row, updated(await client.updateOne(name, id, patch, ctx, fields), object));
  return rows.map((row) => ends.get(row)!);
}

function created(end: CreateResult, object: CounterpartObject): CounterpartEnd {
  switch (end.status) {
    case 'created':
      return { status: 'done', record: recordOf(end.record, object) };
    case 'exists':
      // Nobody finds what is in the trash by its keys: it would be tried again for ever.
      if (end.trashed) return { status: 'rejected', message: `a record in the trash (${end.id}) holds its unique value. Restore or destroy that one, then retry.` };
      return { status: 'exists', id: end.id, message: `the record ${end.id} holds its unique value` };
    case 'rejected':
    case 'held':
      return { status: 'rejected', message: end.message };
  }
}

function updated(end: UpdateResult, object: CounterpartObject): CounterpartEnd {
  switch (end.status) {
    case 'updated':
      return { status: 'done', record: recordOf(end.record, object) };
    case 'gone':
      return { status: 'gone' };
    case 'rejected':
    case 'held':
      return { status: 'rejected', message: end.message };
  }
}

/** What the singular name stands for is looked up by the client. */
function nameOf({ name }: CounterpartObject): WritableObject {
  return name as WritableObject;
}

/** A context with so many tokens taken beforehand, so that nothing waits between a read and the write that belongs to it. */
async function paid(call: ToolCall, tokens: number): Promise<CallContext> {
  await call.pace(tokens);
  let left = tokens;
  return { signal: call.signal, pace: async (asked) => void ((left -= asked) < 0 && (await call.pace(asked, { midway: true }))) };
}

/** Milliseconds since now by both clocks, the larger counts: one rests while the machine sleeps, the other can be set back. */
function stopwatch(): () => number {
  const [monotonic, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}
