import type { RunInput } from '../../domain/run.ts';
import type { RecordOf, TwentyFields, UpdateResult, WritableObject } from '../../connectors/twenty/index.ts';
import { type EffectEnd, effectsByKey, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection, type StepContext } from '../runtime/step.ts';
import { beginRead } from './fresh-read.ts';

/** A change to be made once to a record that exists, planned on what the record holds when it is written. */
export interface RecordUpdate<O extends WritableObject> {
  readonly key: string;
  readonly summary: string;
  readonly members: readonly string[];
  readonly id: string;
  /** The step when it is not the one of all. */
  readonly step?: string;
  plan(current: RecordOf[O]): TwentyFields | undefined;
  /** Told what Twenty holds after the write. */
  returned?(record: RecordOf[O]): void;
}

export interface UpdateStep<O extends WritableObject> {
  readonly connection: string;
  readonly object: O;
  readonly step: string;
  /** Fields the plans look at, beside the object's usual ones. */
  readonly fields: readonly string[];
  readonly updates: readonly RecordUpdate<O>[];
}

/** `gone`: trashed or destroyed meanwhile, and left so. */
export type UpdateEnd = 'updated' | 'unchanged' | 'gone' | { readonly code: string; readonly message: string; readonly held: boolean };

/** Upserts are for sets: up to this many records are updated by id, which cannot revive what is in the trash. */
const ONE_BY_ONE = 2;

interface FrozenUpdate {
  readonly update: string;
  readonly id: string;
  readonly patch: TwentyFields;
  /** The record as it was when the change was planned: a record of another creation is a ghost of an interrupted attempt. */
  readonly createdAt: string;
  readonly readAtMs: number;
}

type Planned<O extends WritableObject> =
  | { readonly update: RecordUpdate<O>; readonly end: 'gone' | 'unchanged' }
  | { readonly update: RecordUpdate<O>; readonly request: FrozenUpdate };

/**
 * Reads the records again, plans each change on what is there now, freezes it and writes, with the tokens for both taken
 * before, so that nothing waits between reading and writing; a process that stood still in between reads again. What is in the
 * trash or destroyed is left alone. A frozen change of an interrupted attempt is narrowed to what still applies, and is done when
 * nothing of it is left.
 */
export async function updateRecords<O extends WritableObject>(deps: ActivityDeps, run: RunInput, step: UpdateStep<O>): Promise<readonly UpdateEnd[]> {
  if (step.updates.length === 0) return [];
  const begun = new Map((await effectsByKey<FrozenUpdate>(deps.database, step.updates.map(({ key }) => key))).map((effect) => [effect.key, effect]));
  return onConnection(deps, run, step.connection, async (context) => {
    if (!run.dryRun) await context.prepay(1 + (step.updates.length <= ONE_BY_ONE ? step.updates.length : 1));
    const read = beginRead();
    const current = await deps.twenty(step.connection).rereadForUpdate(step.object, step.updates.map(({ id }) => id), step.fields, context);
    read.answered();
    const readAtMs = Date.now();
    const byId = new Map(current.map((record) => [record.id, record]));
    const planned = step.updates.map((update) => planOne(step.object, update, byId.get(update.id), readAtMs, begun.get(update.key)));
    const changes = planned.filter((entry) => 'request' in entry);
    const frozen = await freezeEffects<FrozenUpdate>(
      deps.database, run, run.integration,
      changes.map(({ update: { key, summary, members, step: own }, request }) => ({ key, summary, members, step: own ?? step.step, target: step.connection, request })),
      run.dryRun,
    );
    if (run.dryRun) return planned.map((entry) => ('end' in entry ? entry.end : 'updated'));

    const rows = frozen.flatMap((effect, index) => {
      const patch = stillWanted(effect, changes[index]!.request);
      return patch === undefined ? [] : [{ effect, patch }];
    });
    const results = await write(deps, step, rows, read.guard(context));
    for (const { update } of changes) {
      const result = results.get(update.key);
      if (result?.status === 'updated') update.returned?.(result.record);
    }
    const ends = new Map(frozen.map((effect) => [effect.key, endOf(results.get(effect.key))]));
    const unchanged = planned.flatMap((entry) => ('end' in entry && begun.has(entry.update.key) ? [entry] : []));
    await finishEffects(deps.database, run, [
      ...frozen.map((effect) => effectEnd(effect.key, effect.request.id, ends.get(effect.key)!)),
      ...unchanged.map(({ update, end }) => effectEnd(update.key, update.id, end)),
    ]);
    return planned.map((entry) => ('end' in entry ? entry.end : ends.get(entry.update.key)!));
  });
}

function planOne<O extends WritableObject>(
  object: O, update: RecordUpdate<O>, record: RecordOf[O] | undefined, readAtMs: number, begun: FrozenEffect<FrozenUpdate> | undefined,
): Planned<O> {
  if (record === undefined || record.deletedAt !== undefined) return { update, end: 'gone' };
  const interrupted = begun?.state === 'attempting' || begun?.state === 'unknown';
  // Whoever wrote it the second time will find the ghost and remove it.
  if (interrupted && begun.request.createdAt !== record.createdAt) return { update, request: begun.request };
  const patch = update.plan(record);
  if (patch === undefined) return { update, end: 'unchanged' };
  return { update, request: { update: object, id: update.id, patch, createdAt: record.createdAt, readAtMs } };
}

/** What of a frozen change is still to be done, given what would be planned now; undefined when nothing is. */
function stillWanted(effect: FrozenEffect<FrozenUpdate>, now: FrozenUpdate): TwentyFields | undefined {
  if (effect.state === 'done') return undefined;
  if (effect.fresh || effect.request.createdAt !== now.createdAt) return effect.request.patch;
  const patch = Object.fromEntries(Object.entries(effect.request.patch).filter(([field]) => field in now.patch));
  return Object.keys(patch).length === 0 ? undefined : patch;
}

async function write<O extends WritableObject>(
  deps: ActivityDeps, step: UpdateStep<O>, rows: readonly { effect: FrozenEffect<FrozenUpdate>; patch: TwentyFields }[], context: StepContext,
): Promise<ReadonlyMap<string, UpdateResult<O>>> {
  const client = deps.twenty(step.connection);
  const results = new Map<string, UpdateResult<O>>();
  if (rows.length <= ONE_BY_ONE) {
    for (const { effect, patch } of rows) results.set(effect.key, await client.updateOne(step.object, effect.request.id, patch, context, step.fields));
    return results;
  }
  const readAtMs = Math.min(...rows.map(({ effect }) => effect.request.readAtMs));
  const ends = await client.upsertByIds(
    step.object, rows.map(({ effect, patch }) => ({ id: effect.request.id, patch, createdAt: effect.request.createdAt })), readAtMs, context, step.fields);
  rows.forEach(({ effect }, index) => results.set(effect.key, ends[index]!));
  return results;
}

/** No result means that nothing was left to be done. */
function endOf(result: UpdateResult | undefined): UpdateEnd {
  if (result === undefined || result.status === 'updated') return 'updated';
  return result.status === 'gone' ? 'gone' : { code: result.code, message: result.message, held: result.status === 'held' };
}

function effectEnd(key: string, id: string, end: UpdateEnd): EffectEnd {
  if (end === 'gone') return { key, state: 'rejected', code: 'gone', reason: 'The record was deleted meanwhile.' };
  if (typeof end === 'object') return { key, state: 'rejected', code: end.code, reason: end.message };
  return { key, state: 'done', outsideId: id };
}
