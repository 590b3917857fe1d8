import { v5 as uuidv5 } from 'uuid';
import type { RunInput } from '../../domain/run.ts';
import type { CreateResult, RecordOf, TwentyRecordInput, WritableObject } from '../../connectors/twenty/index.ts';
import { type EffectEnd, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';

/** A record to be made once, on behalf of its members. */
export interface RecordCreate {
  readonly key: string;
  readonly summary: string;
  readonly members: readonly string[];
  readonly record: TwentyRecordInput;
  /** The step when it is not the one of all. */
  readonly step?: string;
}

export interface CreateStep<O extends WritableObject> {
  readonly connection: string;
  readonly object: O;
  readonly step: string;
  readonly creates: readonly RecordCreate[];
  /** Fields that the records in the ends are to have, beside the object's usual ones. */
  readonly fields?: readonly string[];
}

/** How a create ended: `done` with the id the record really has, by whoever made it, or one of the connector's other ends. */
export type CreateEnd<O extends WritableObject> =
  | { readonly status: 'done'; readonly id: string; readonly fresh: boolean; readonly record?: RecordOf[O] }
  | Exclude<CreateResult<O>, { status: 'created' }>;

const NAMESPACE = 'b9d0a1c2-6f0e-4a63-9e38-5d1f6c2f7a10';

/** Our own id for a record: the same effect always makes the same record. UUID v5, as Twenty wants no newer version. */
export function recordId(effectKey: string): string {
  return uuidv5(effectKey, NAMESPACE);
}

/**
 * Makes records through the ledger: each request is frozen before it is sent, one that was done before is not sent again, and
 * an interrupted one is sent as it was frozen. In a dry run nothing is sent. The answers stand in the order of `creates`; what
 * `patch` makes of them is noted on the items in the same commit as in the ledger.
 */
export async function createRecords<O extends WritableObject>(
  deps: ActivityDeps,
  run: RunInput,
  step: CreateStep<O>,
  patch: (ends: readonly CreateEnd<O>[]) => readonly ItemPatch[] = () => [],
): Promise<readonly CreateEnd<O>[]> {
  const { database } = deps;
  const effects = step.creates.map(({ key, summary, members, record, step: own }) => ({
    key, summary, members, step: own ?? step.step, target: step.connection, request: { create: step.object, record },
  }));
  const frozen = await freezeEffects<{ record: TwentyRecordInput }>(database, run, run.integration, effects, run.dryRun);
  if (run.dryRun) {
    const planned = frozen.map((effect): CreateEnd<O> => ({ status: 'done', id: effect.request.record.id, fresh: true }));
    await patchItems(database, run, patch(planned));
    return planned;
  }
  const open = frozen.filter((effect) => effect.state !== 'done');
  const results =
    open.length === 0
      ? []
      : await onConnection(deps, run, step.connection, (context) =>
          deps.twenty(step.connection).createMany(step.object, open.map((effect) => effect.request.record), context, step.fields === undefined ? {} : { fields: step.fields }));
  const byKey = new Map(open.map((effect, index) => [effect.key, results[index]!]));
  const ends = frozen.map((effect): CreateEnd<O> => {
    const result = byKey.get(effect.key);
    if (result === undefined) return { status: 'done', id: effect.outsideId ?? effect.request.record.id, fresh: false };
    return result.status === 'created' ? { status: 'done', id: result.id, fresh: effect.fresh, record: result.record } : result;
  });
  await finishEffects(database, run, open.map((effect, index) => endOf(effect, results[index]!)), patch(ends));
  return ends;
}

function endOf(effect: FrozenEffect, result: CreateResult): EffectEnd {
  switch (result.status) {
    case 'created':
      return { key: effect.key, state: 'done', outsideId: result.id };
    case 'exists':
      return { key: effect.key, state: 'rejected', outsideId: result.id, code: 'exists', reason: 'Another record holds the unique value; that one is used.' };
    case 'rejected':
    case 'held':
      return { key: effect.key, state: 'rejected', code: result.code, reason: result.message };
  }
}
