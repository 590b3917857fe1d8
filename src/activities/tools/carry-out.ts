import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import { type EffectEnd, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';

/** A change to be made once in a tool, on behalf of its members. `R` is exactly what will be sent. */
export interface ToolChange<R extends object> {
  /** Integration, business key and step. */
  readonly key: string;
  /** For people, `enrol Ann Lee in “Welcome”`. */
  readonly summary: string;
  readonly members: readonly string[];
  readonly request: R;
  /** See `NewEffect.forever`. */
  readonly forever?: boolean;
}

/** What a tool made of a request. */
export interface Made<A> {
  /** The tool's own id of what was made, kept in the ledger. */
  readonly outsideId?: string;
  /** What else it said; kept nowhere but where `patch` puts it. */
  readonly answer: A;
}

export interface ToolStep<R extends object, A> {
  readonly connection: string;
  readonly step: string;
  readonly changes: readonly ToolChange<R>[];
  /**
   * Makes one change with one request. `key` is the idempotency key: the same for every attempt, another after a definite refusal.
   * A ConnectorError of kind `rejected` ends this change and no other; any other fails the step, which is tried again.
   */
  send(request: R, key: string, context: StepContext): Promise<Made<A>>;
  /**
   * Asked before a change is sent again of which nobody heard how it ended: what was made, `absent` when it surely was not,
   * `unknown` when the tool cannot tell. Left out where the tool recognises a repeat by the key, or where a repeat changes nothing.
   */
  lookUp?(request: R, context: StepContext, outsideId: string | undefined): Promise<Made<A> | 'absent' | 'unknown'>;
  /** How long the tool remembers keys, in milliseconds; past it an unknown change is looked up, or left `unknown`. */
  readonly keyLastsMs?: number;
  /** Asked for what was done before, by its id, when the answer is needed again. Without it such an end has no answer. */
  recall?(request: R, context: StepContext, outsideId: string | undefined): Promise<A>;
}

/** How a change ended. `unknown`: nobody can say whether it was made, so it is not made again. */
export type ToolEnd<A> =
  | { readonly status: 'done'; readonly outsideId: string | undefined; readonly answer: A | undefined; readonly fresh: boolean }
  /** In a dry run: what would be done. */
  | { readonly status: 'planned' }
  | { readonly status: 'rejected' | 'unknown'; readonly code: string; readonly message: string };

/**
 * Makes changes in a tool through the ledger, one request each: frozen before it is sent, sent as it was frozen on every
 * attempt, and never again once it is done. The ends stand in the order of the changes; each is noted, with what `patch`
 * makes of it for the items, before the next is sent, so that an interruption costs one request at most. Nothing is sent in a dry run.
 */
export async function carryOut<R extends object, A>(
  deps: ActivityDeps, run: RunInput, step: ToolStep<R, A>, patch: (end: ToolEnd<A>, index: number) => readonly ItemPatch[] = () => [],
): Promise<readonly ToolEnd<A>[]> {
  const { database } = deps;
  const effects = step.changes.map((change) => ({ ...change, step: step.step, target: step.connection }));
  if (run.dryRun) {
    const planned = (await freezeEffects<R>(database, run, run.integration, effects, true)).map((): ToolEnd<A> => ({ status: 'planned' }));
    await patchItems(database, run, planned.flatMap(patch));
    return planned;
  }
  if (effects.length === 0) return [];
  return onConnection(deps, run, step.connection, async (context) => {
    const ends: ToolEnd<A>[] = [];
    for (const [index, effect] of effects.entries()) {
      // One at a time: what has not been begun is never in doubt.
      const [frozen] = await freezeEffects<R>(database, run, run.integration, [effect], false);
      const end = await carryOutOne(step, frozen!, index === 0 ? context : midway(context));
      ends.push(end);
      await finishEffects(database, run, frozen!.state === 'done' ? [] : [effectEnd(effect.key, end)], patch(end, index));
    }
    return ends;
  });
}

async function carryOutOne<R extends object, A>(step: ToolStep<R, A>, effect: FrozenEffect<R>, context: StepContext): Promise<ToolEnd<A>> {
  const { request, outsideId } = effect;
  if (effect.state === 'done') return { status: 'done', outsideId, answer: await step.recall?.(request, context, outsideId), fresh: false };
  try {
    if (!effect.fresh && !keyStillCounts(step, effect)) {
      const found = (await step.lookUp?.(request, context, outsideId)) ?? 'unknown';
      if (found === 'unknown') return unknownEnd();
      if (found !== 'absent') return { status: 'done', outsideId: found.outsideId, answer: found.answer, fresh: false };
    }
    const made = await step.send(request, `${effect.key}/${String(effect.generation)}`, context);
    return { status: 'done', outsideId: made.outsideId, answer: made.answer, fresh: effect.fresh };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    return { status: 'rejected', code: 'tool_rejected', message: error.message };
  }
}

/** Whether sending an interrupted change once more is safe by itself. */
function keyStillCounts<R extends object, A>({ lookUp, keyLastsMs }: ToolStep<R, A>, { attemptedAt }: FrozenEffect<R>): boolean {
  if (keyLastsMs === undefined) return lookUp === undefined;
  return attemptedAt === undefined || Date.now() - attemptedAt.getTime() < keyLastsMs;
}

function unknownEnd(): { readonly status: 'unknown'; readonly code: string; readonly message: string } {
  return { status: 'unknown', code: 'outcome_unknown', message: 'Nobody can say whether it was done: the answer was lost, and the tool cannot be asked.' };
}

function effectEnd<A>(key: string, end: ToolEnd<A>): EffectEnd {
  if (end.status === 'done') return { key, state: 'done', ...(end.outsideId === undefined ? {} : { outsideId: end.outsideId }) };
  if (end.status === 'planned') throw new Error('A planned change has no end.');
  return { key, state: end.status, code: end.code, reason: end.message };
}
