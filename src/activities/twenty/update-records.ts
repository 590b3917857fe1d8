import type { RunInput } from '../../domain/run.ts';
import type { RecordOf, TwentyFields, UpdateResult, WritableObject } from '../../connectors/twenty/index.ts';
import { type EffectEnd, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection, type StepContext } from '../runtime/step.ts';

/** A change to be made once to a record that exists, planned on what the record holds when it is written. */
export interface RecordUpdate<O extends WritableObject> {
  readonly key: string;
  readonly summary: string;
  readonly members: readonly string[];
  readonly id: string;
  plan(current: RecordOf[O]): TwentyFields | undefined;
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
}

/**
 * Reads the records again, plans each change on what is there now, freezes it and writes, with the tokens for both taken
 * before, so that nothing waits between reading and writing. What is in the trash or destroyed is left alone. A frozen change
 * of an interrupted attempt is narrowed to what still applies, and is done when nothing of it is left.
 */
export async function updateRecords<O extends WritableObject>(deps: ActivityDeps, run: RunInput, step: UpdateStep<O>): Promise<readonly UpdateEnd[]> {
  if (step.updates.length === 0) return [];
  return onConnection(deps, run, step.connection, async (context) => {
    const writes = step.updates.length <= ONE_BY_ONE ? step.updates.length : 1;
    if (!run.dryRun) await context.prepay(1 + writes);
    const current = await deps.twenty(step.connection).rereadForUpdate(step.object, step.updates.map(({ id }) => id), step.fields, context);
    const readAtMs = Date.now();
    const byId = new Map(current.map((record) => [record.id, record]));

    const planned = step.updates.map((update): Planned<O> => {
      const record = byId.get(update.id);
      if (record === undefined || record.deletedAt !== undefined) return { update, end: 'gone' };
      const patch = update.plan(record);
      return patch === undefined ? { update, end: 'unchanged' } : { update, patch, record };
    });
    const changes = planned.filter((entry) => 'patch' in entry);
    const frozen = await freezeEffects<FrozenUpdate>(
      deps.database, run, run.integration,
      changes.map(({ update, patch }) => ({
        key: update.key, summary: update.summary, members: update.members, step: step.step, target: step.connection,
        request: { update: step.object, id: update.id, patch } satisfies FrozenUpdate,
      })),
      run.dryRun,
    );
    if (run.dryRun) return planned.map((entry) => ('end' in entry ? entry.end : 'updated'));

    const rows = frozen.map((effect, index) => ({ effect, record: changes[index]!.record, patch: stillWanted(effect, changes[index]!.patch) }));
    const results = await write(deps, step, rows.filter(({ patch }) => patch !== undefined), readAtMs, context);
    const ends = new Map<string, UpdateEnd>();
    const effectEnds: EffectEnd[] = rows.map(({ effect, record, patch }) => {
      const result = patch === undefined ? undefined : results.get(effect.key);
      const end: UpdateEnd = result === undefined || result.status === 'updated' ? 'updated' : result.status === 'gone' ? 'gone' : { code: result.code, message: result.message, held: result.status === 'held' };
      ends.set(effect.key, end);
      if (end === 'gone') return { key: effect.key, state: 'rejected', code: 'gone', reason: 'The record was destroyed meanwhile.' };
      if (typeof end === 'object') return { key: effect.key, state: 'rejected', code: end.code, reason: end.message };
      return { key: effect.key, state: 'done', outsideId: record.id };
    });
    await finishEffects(deps.database, run, effectEnds);
    return planned.map((entry) => ('end' in entry ? entry.end : ends.get(entry.update.key)!));
  });
}

type Planned<O extends WritableObject> =
  | { readonly update: RecordUpdate<O>; readonly end: 'gone' | 'unchanged' }
  | { readonly update: RecordUpdate<O>; readonly patch: TwentyFields; readonly record: RecordOf[O] };

/** What of a frozen change is still to be done, given what would be planned now; undefined when nothing is. */
function stillWanted(effect: FrozenEffect<FrozenUpdate>, plannedNow: TwentyFields): TwentyFields | undefined {
  if (effect.state === 'done') return undefined;
  if (effect.fresh) return effect.request.patch;
  const patch = Object.fromEntries(Object.entries(effect.request.patch).filter(([field]) => field in plannedNow));
  return Object.keys(patch).length === 0 ? undefined : patch;
}

async function write<O extends WritableObject>(
  deps: ActivityDeps,
  step: UpdateStep<O>,
  rows: readonly { effect: FrozenEffect<FrozenUpdate>; record: RecordOf[O]; patch: TwentyFields | undefined }[],
  readAtMs: number,
  context: StepContext,
): Promise<ReadonlyMap<string, UpdateResult<O>>> {
  const client = deps.twenty(step.connection);
  const results = new Map<string, UpdateResult<O>>();
  if (rows.length <= ONE_BY_ONE) {
    for (const { effect, patch } of rows) results.set(effect.key, await client.updateOne(step.object, effect.request.id, patch!, context, step.fields));
    return results;
  }
  const ends = await client.upsertByIds(
    step.object,
    rows.map(({ effect, patch, record }) => ({ id: effect.request.id, patch: patch!, createdAt: record.createdAt })),
    readAtMs,
    context,
  );
  rows.forEach(({ effect }, index) => results.set(effect.key, ends[index]!));
  return results;
}
