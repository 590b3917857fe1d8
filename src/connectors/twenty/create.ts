import { z } from 'zod';
import { sendApart, extraCalls } from './apart.ts';
import type { ExtraCalls, Plan } from './apart.ts';
import { namedBy } from './blame.ts';
import { begun, call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { batchesOf } from './batches.ts';
import { danglingLinks } from './links.ts';
import { localProblem } from './local-check.ts';
import { rootField, selectionOf } from './objects.ts';
import type { WritableObject } from './objects.ts';
import type { RecordOf, TwentyRecordInput } from './records.ts';
import type { Shape } from './shapes.ts';
import { findHolders, uniqueValues } from './uniques.ts';

/** How one record of a create ended. */
export type CreateResult<O extends WritableObject = WritableObject> =
  /** Written now, or found under our own id: an earlier attempt wrote it. */
  | { readonly status: 'created'; readonly id: string; readonly record: RecordOf[O] }
  /** Another record holds the unique value. */
  | { readonly status: 'exists'; readonly id: string; readonly trashed: boolean; readonly record: RecordOf[O] }
  /** Twenty refuses this record, in words for a person. */
  | { readonly status: 'rejected'; readonly code: string; readonly message: string }
  /** Left open: taking the batch apart would have cost too many calls. */
  | { readonly status: 'held'; readonly code: 'batch_refused'; readonly message: string };

export interface CreateOptions {
  /** Fields to read back beside the standard ones. */
  readonly fields?: readonly string[];
  /** Custom fields that Twenty keeps unique, by dotted path, so that a clash is recognised. */
  readonly uniqueFields?: readonly string[];
}

/**
 * Creates records under their own ids, never by upsert; the results stand in the order of the input. The same call again is
 * harmless: what is there already under our id counts as created.
 */
export async function createMany<O extends WritableObject>(
  connection: Connection, object: Shape<O>, records: readonly TwentyRecordInput[], ctx: CallContext, options: CreateOptions = {},
): Promise<readonly CreateResult<O>[]> {
  const extra = extraCalls();
  const plan = creating(connection, object, begun(ctx), options);
  const ends = new Map<TwentyRecordInput, CreateResult<O>>();
  for (const record of records) {
    const problem = localProblem(object, record.id, record);
    if (problem !== undefined) ends.set(record, { status: 'rejected', ...problem });
  }
  let open = records.filter((record) => !ends.has(record));
  for (let free = true; open.length > 0; free = false) {
    const { leaders, followers } = apartByKey(open, (record) => uniqueValues(object, record, options.uniqueFields));
    for (const batch of batchesOf(leaders, connection.maxBatch)) {
      const sent = free || extra.take() ? await sendApart(batch, plan, extra) : new Map(batch.map((record) => [record, plan.held(record)]));
      sent.forEach((end, record) => ends.set(record, end));
    }
    open = [];
    for (const [follower, leader] of followers) {
      const end = followed(ends.get(leader), follower.id === leader.id);
      if (end === undefined) open.push(follower);
      else ends.set(follower, end);
    }
  }
  return records.map((record) => ends.get(record) ?? plan.held(record));
}

function creating<O extends WritableObject>(
  connection: Connection, object: Shape<O>, ctx: CallContext, options: CreateOptions,
): Plan<TwentyRecordInput, CreateResult<O>> {
  const { many, type } = object;
  return {
    async send(records) {
      const answer = z.array(object.record).length(records.length);
      const created = await call(connection, {
        kind: 'mutation', rootField: rootField('create', many), records: records.length,
        types: { data: `[${type}CreateInput!]!` }, values: { data: records },
        selection: selectionOf(object, options.fields), answer,
      }, ctx);
      return created.map((record) => ({ status: 'created' as const, id: record.id, record }));
    },
    async blame(records, refusal, extra) {
      if (refusal.reason === 'duplicate') return alreadyThere(records, refusal.conflictingRecordId, extra);
      const bad = refusal.reason === 'missing_reference'
        ? await danglingLinks(connection, object, records, ctx, extra)
        : new Map(namedBy(refusal, records).map((record) => [record, refusal.said]));
      return new Map([...bad].map(([record, message]) => [record, { status: 'rejected', code: refusal.reason, message }]));
    },
    refused: (_record, refusal) => ({ status: 'rejected', code: refusal.reason, message: refusal.said }),
    held: () => ({ status: 'held', code: 'batch_refused', message: 'Twenty refused the batch this record was in, and finding out which records are at fault took too many calls.' }),
  };

  async function alreadyThere(
    records: readonly TwentyRecordInput[], conflictingId: string | undefined, extra: ExtraCalls,
  ): Promise<ReadonlyMap<TwentyRecordInput, CreateResult<O>>> {
    if (!extra.take()) return new Map();
    const holders = await findHolders(connection, object, records, ctx, { ...options, ids: conflictingId === undefined ? [] : [conflictingId] });
    const [only] = records.length === 1 ? records : [];
    const known = only !== undefined && !holders.has(only) ? holders.byId(conflictingId) : undefined;
    const found = known === undefined || only === undefined ? holders.entries() : [[only, known] as const];
    return new Map(found.map(([record, holder]) => [record, holder.id === record.id
      ? { status: 'created', id: holder.id, record: holder }
      : { status: 'exists', id: holder.id, trashed: holder.deletedAt !== undefined, record: holder }]));
  }
}

/** Records that share an id or a unique value would refuse each other in one batch: the first leads, the others wait for its end. */
function apartByKey(
  records: readonly TwentyRecordInput[], keysOf: (record: TwentyRecordInput) => readonly string[],
): { readonly leaders: readonly TwentyRecordInput[]; readonly followers: readonly (readonly [TwentyRecordInput, TwentyRecordInput])[] } {
  const leaderOf = new Map<string, TwentyRecordInput>();
  const leaders: TwentyRecordInput[] = [];
  const followers: (readonly [TwentyRecordInput, TwentyRecordInput])[] = [];
  for (const record of records) {
    const keys = [`id ${record.id.toLowerCase()}`, ...keysOf(record)];
    const leader = keys.map((key) => leaderOf.get(key)).find((found) => found !== undefined);
    if (leader !== undefined) followers.push([record, leader]);
    else {
      leaders.push(record);
      for (const key of keys) leaderOf.set(key, record);
    }
  }
  return { leaders, followers };
}

/** What a record's end means for one that would clash with it; undefined when the follower has to be tried itself. */
function followed<O extends WritableObject>(leader: CreateResult<O> | undefined, sameId: boolean): CreateResult<O> | undefined {
  if (leader === undefined || leader.status === 'held' || leader.status === 'exists' || sameId) return leader;
  if (leader.status === 'rejected') return undefined;
  return { status: 'exists', id: leader.id, trashed: leader.record.deletedAt !== undefined, record: leader.record };
}
