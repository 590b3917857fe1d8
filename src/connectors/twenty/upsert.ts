import { z } from 'zod';
import { extraCalls, sendApart } from './apart.ts';
import type { ExtraCalls, Plan } from './apart.ts';
import { batchesOf } from './batches.ts';
import { namedBy } from './blame.ts';
import { begun, call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import type { TwentyRefusal } from './errors.ts';
import { findByIds } from './find.ts';
import { danglingLinks } from './links.ts';
import { rootField, selectionOf } from './objects.ts';
import type { ObjectShape, WritableObject } from './objects.ts';
import type { RecordOf, TwentyFields } from './records.ts';
import type { Shape } from './shapes.ts';
import { destroyGhost } from './trash.ts';
import { findHolders } from './uniques.ts';
import { patchProblem } from './update.ts';
import type { UpdateResult, UpdateRow } from './update.ts';

/** The records as they are now, `deletedAt` and `createdAt` included; what Twenty does not know is absent. One root field. */
export function rereadForUpdate<O extends WritableObject>(
  connection: Connection, object: Shape<O>, ids: readonly string[], fields: readonly string[], ctx: CallContext,
): Promise<readonly RecordOf[O][]> {
  return findByIds(connection, object, ids, ctx, fields);
}

/**
 * Writes many different patches in one call per batch, by upsert on the id, which is the only way Twenty has. The caller has
 * read the rows at `readAtMs`, at most two seconds ago, and left out what is in the trash: an upsert would revive it. A record
 * destroyed since comes back to life as a ghost that holds only the patch; the ghost is destroyed and the row is `gone`.
 */
export async function upsertByIds<O extends WritableObject>(
  connection: Connection, object: Shape<O>, rows: readonly UpdateRow[], readAtMs: number, ctx: CallContext, fields: readonly string[] = [],
): Promise<readonly UpdateResult<O>[]> {
  const extra = extraCalls();
  const plan = updating(connection, object, readAtMs, fields, begun(ctx));
  const ends = new Map<UpdateRow, UpdateResult<O>>();
  const taken = new Set<string>();
  const open: UpdateRow[] = [];
  for (const row of rows) {
    const problem = patchProblem(object, row.id, row.patch) ?? (taken.has(row.id.toLowerCase()) ? TWICE : undefined);
    taken.add(row.id.toLowerCase());
    if (problem === undefined) open.push(row);
    else ends.set(row, { status: 'rejected', id: row.id, ...problem });
  }
  for (const batch of batchesOf(open, connection.maxBatch)) {
    (await sendApart(batch, plan, extra)).forEach((end, row) => ends.set(row, end));
  }
  return rows.map((row) => ends.get(row) ?? plan.held(row));
}

function updating<O extends WritableObject>(
  connection: Connection, object: Shape<O>, readAtMs: number, fields: readonly string[], ctx: CallContext,
): Plan<UpdateRow, UpdateResult<O>> {
  const { many, type } = object;
  return {
    async send(rows) {
      const written = await call(connection, {
        kind: 'mutation', rootField: rootField('create', many), records: rows.length,
        types: { data: `[${type}CreateInput!]!`, upsert: 'Boolean' },
        values: { data: rows.map(({ id, patch }) => ({ ...patch, id })), upsert: true },
        selection: selectionOf(object, [...fields, ...namesIn(object, rows)]), answer: z.array(object.record).length(rows.length),
      }, ctx);
      const ends: UpdateResult<O>[] = [];
      for (const [index, row] of rows.entries()) {
        const record = written[index] as RecordOf[O];
        if (record.id !== row.id.toLowerCase() || !isGhost(record, row, readAtMs)) ends.push(endOf(row, record));
        else {
          await destroyGhost(connection, object, row.id, ctx);
          ends.push({ status: 'gone', id: row.id });
        }
      }
      return ends;
    },
    async blame(rows, refusal, extra) {
      const flat = new Map(rows.map((row) => [{ ...row.patch, id: row.id }, row] as const));
      const bad = refusal.reason === 'duplicate' || refusal.reason === 'conflict'
        ? await clashing([...flat.keys()], refusal, extra)
        : refusal.reason === 'missing_reference'
          ? await danglingLinks(connection, object, [...flat.keys()], ctx, extra)
          : new Map(namedBy(refusal, [...flat.keys()]).map((fields) => [fields, refusal.said]));
      return new Map([...bad].map(([fields, message]) => {
        const row = flat.get(fields) as UpdateRow;
        return [row, { status: 'rejected', id: row.id, code: refusal.reason, message }];
      }));
    },
    refused: ({ id }, refusal) => ({ status: 'rejected', id, code: refusal.reason, message: refusal.said }),
    held: ({ id }) => ({ status: 'held', id, code: 'batch_refused', message: 'Twenty refused the batch this record was in, and finding out which records are at fault took too many calls.' }),
  };

  /** The rows whose new unique value belongs to another record. */
  async function clashing<Fields extends TwentyFields & { readonly id: string }>(
    rows: readonly Fields[], refusal: TwentyRefusal, extra: ExtraCalls,
  ): Promise<ReadonlyMap<Fields, string>> {
    const named = namedBy(refusal, rows);
    if (named.length > 0) return new Map(named.map((row) => [row, refusal.said]));
    if (!extra.take()) return new Map();
    const ids = refusal.conflictingRecordId === undefined ? [] : [refusal.conflictingRecordId];
    const holders = await findHolders(connection, object, rows, ctx, { ids, valuesFirst: true });
    const foreign = holders.entries().filter(([row, holder]) => holder.id !== row.id.toLowerCase());
    return new Map(foreign.map(([row, holder]) => [row, `${refusal.said} It belongs to the record ${holder.id}.`]));
  }
}

function endOf<O extends WritableObject>(row: UpdateRow, record: RecordOf[O]): UpdateResult<O> {
  if (record.id === row.id.toLowerCase()) return { status: 'updated', id: row.id, record };
  // The id was destroyed and the unique value in the patch led the upsert to another record. A person has to look.
  const message = `The record was destroyed meanwhile, and its change went to ${record.id}, which holds the same unique value.`;
  return { status: 'rejected', id: row.id, code: 'wrong_record', message };
}

/**
 * Whether an upsert made this record anew. A new record has one and the same instant for `createdAt` and `updatedAt`; one that
 * was there before has been updated just now. The `createdAt` that was read decides, since the clocks may differ; only a ghost
 * left by an interrupted attempt, which has been written to since, is told by our clock too.
 */
function isGhost(record: { readonly createdAt: string; readonly updatedAt: string }, row: UpdateRow, readAtMs: number): boolean {
  const isNew = record.createdAt === record.updatedAt;
  const isLater = Date.parse(record.createdAt) > readAtMs;
  return row.createdAt === undefined ? isNew && isLater : record.createdAt !== row.createdAt && (isNew || isLater);
}

/** Fields that the patches touch, to be read back beside the standard ones: plain ones, and of composites those whose parts are known. */
function namesIn({ parts }: ObjectShape, rows: readonly UpdateRow[]): readonly string[] {
  const touched = rows.flatMap(({ patch }) => Object.entries(patch).filter(([name, value]) => typeof value !== 'object' || parts?.has(name) === true).map(([name]) => name));
  return [...new Set(touched)].filter((name) => /^[A-Za-z]\w*$/.test(name));
}

const TWICE = { code: 'same_record_twice', message: 'The same record is changed twice in one batch.' };
