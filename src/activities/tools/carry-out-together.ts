import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Database } from '../../store/database.ts';
import { finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import type { Made, ToolChange, ToolEnd } from './carry-out.ts';

/** What a tool made of one change among several in a request. */
export type PartEnd<A> = ({ readonly status: 'done' } & Made<A>) | { readonly status: 'rejected'; readonly code: string; readonly message: string };

export interface TogetherStep<R extends object, A> {
  readonly connection: string;
  readonly step: string;
  /** Each is an effect of its own, with a key and an end of its own; only their request is shared. */
  readonly changes: readonly ToolChange<R>[];
  /** Changes in one request at most. */
  readonly atOnce: number;
  /** Makes changes with one request; the ends stand in their order. A ConnectorError of kind `rejected` refuses the request as a whole. */
  send(requests: readonly R[], context: StepContext): Promise<readonly PartEnd<A>[]>;
  /**
   * Asked of changes of which nobody heard how they ended, before they are sent again. Left out where a repeat changes nothing: then they
   * are sent again.
   */
  lookUp?(requests: readonly R[], context: StepContext): Promise<readonly (Made<A> | 'absent' | 'unknown')[]>;
}

/**
 * Makes changes in a tool that takes several with one request, through the ledger: those of one request are frozen together before it
 * is sent, and each has its own end. One that is done is never sent again. Nothing is sent in a dry run. `ended` is told of the ends
 * of each request, in the order of the changes, before the next is sent; what it answers is noted on the items together with them.
 */
export async function carryOutTogether<R extends object, A>(
  deps: ActivityDeps, run: RunInput, step: TogetherStep<R, A>, ended: (ends: readonly ToolEnd<A>[], first: number) => readonly ItemPatch[] = () => [],
): Promise<readonly ToolEnd<A>[]> {
  const { database } = deps;
  const effects = step.changes.map((change) => ({ ...change, step: step.step, target: step.connection }));
  if (run.dryRun) {
    const planned = (await freezeEffects<R>(database, run, run.integration, effects, true)).map((): ToolEnd<A> => ({ status: 'planned' }));
    await patchItems(database, run, ended(planned, 0));
    return planned;
  }
  const ends: ToolEnd<A>[] = [];
  for (let first = 0; first < effects.length; first += step.atOnce) {
    const frozen = await freezeEffects<R>(database, run, run.integration, effects.slice(first, first + step.atOnce), false);
    const some = frozen.every(({ state }) => state === 'done')
      ? frozen.map((effect) => doneBefore<A>(effect))
      : await onConnection(deps, run, step.connection, (context) => carryOutSome(database, run, step, frozen, context));
    await finishEffects(database, run, frozen.flatMap((effect, index) => (effect.state === 'done' ? [] : [endOf(effect.key, some[index]!)])), ended(some, first));
    ends.push(...some);
  }
  return ends;
}

async function carryOutSome<R extends object, A>(
  database: Database, run: RunInput, step: TogetherStep<R, A>, frozen: readonly FrozenEffect<R>[], context: StepContext,
): Promise<readonly ToolEnd<A>[]> {
  const ends = new Map<FrozenEffect<R>, ToolEnd<A>>(frozen.filter(({ state }) => state === 'done').map((effect) => [effect, doneBefore<A>(effect)]));
  const doubtful = frozen.filter(({ state, fresh }) => state !== 'done' && !fresh);
  let calls = context;
  if (doubtful.length > 0 && step.lookUp !== undefined) {
    const found = await step.lookUp(doubtful.map(({ request }) => request), context);
    calls = midway(context);
    for (const [index, effect] of doubtful.entries()) {
      const finding = found[index]!;
      if (finding === 'unknown') ends.set(effect, UNKNOWN);
      else if (finding !== 'absent') ends.set(effect, { status: 'done', outsideId: finding.outsideId, answer: finding.answer, fresh: false });
    }
  }
  const toSend = frozen.filter((effect) => !ends.has(effect));
  if (toSend.length > 0) {
    const first = await attempt(step, toSend.map(({ request }) => request), calls).catch((error: unknown) => turnedAway(error, toSend));
    const sent = typeof first === 'string' ? await halved(step, toSend.map(({ request }) => request), first, midway(context), { left: MOST_EXTRA_REQUESTS }) : first;
    for (const [index, effect] of toSend.entries()) ends.set(effect, toolEnd(effect, sent[index]!));
  }
  return frozen.map((effect) => ends.get(effect)!);

  /** A request that surely changed nothing, for the rate or a refused key, leaves nothing in doubt: it need not be looked up. */
  async function turnedAway(error: unknown, effects: readonly FrozenEffect<R>[]): Promise<never> {
    if (error instanceof ConnectorError && !error.outcomeUnknown) {
      await finishEffects(database, run, effects.map(({ key }) => ({ key, state: 'rejected', code: 'turned_away', reason: `${error.message}; it is sent again.` })));
    }
    throw error;
  }
}

/** So many requests more are spent on finding out which change spoils a request. */
const MOST_EXTRA_REQUESTS = 20;

/** Takes a request apart that was refused as a whole. When both halves are refused in the same words, the fault is not one of the changes': all are refused. */
async function halved<R extends object, A>(step: TogetherStep<R, A>, requests: readonly R[], said: string, context: StepContext, extra: { left: number }): Promise<readonly PartEnd<A>[]> {
  const all = (message: string): readonly PartEnd<A>[] => requests.map(() => ({ status: 'rejected', code: 'tool_rejected', message }));
  if (requests.length === 1 || extra.left < 2) return all(said);
  extra.left -= 2;
  const middle = Math.ceil(requests.length / 2);
  const halves = [requests.slice(0, middle), requests.slice(middle)];
  const ends = [];
  for (const half of halves) ends.push(await attempt(step, half, context));
  if (typeof ends[0] === 'string' && ends[0] === ends[1]) return all(ends[0]);
  const known: PartEnd<A>[] = [];
  for (const [index, end] of ends.entries()) known.push(...(typeof end === 'string' ? await halved(step, halves[index]!, end, context, extra) : end));
  return known;
}

/** The ends, or what the tool said when it refused the request as a whole. */
async function attempt<R extends object, A>(step: TogetherStep<R, A>, requests: readonly R[], context: StepContext): Promise<readonly PartEnd<A>[] | string> {
  try {
    return await step.send(requests, context);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    return error.message;
  }
}

function doneBefore<A>({ outsideId }: FrozenEffect): ToolEnd<A> {
  return { status: 'done', outsideId, answer: undefined, fresh: false };
}

function toolEnd<R, A>({ fresh }: FrozenEffect<R>, end: PartEnd<A>): ToolEnd<A> {
  return end.status === 'done' ? { status: 'done', outsideId: end.outsideId, answer: end.answer, fresh } : end;
}

const UNKNOWN = { status: 'unknown', code: 'outcome_unknown', message: 'Nobody can say whether it was done: the answer was lost, and the tool cannot be asked.' } as const;

function endOf<A>(key: string, end: ToolEnd<A>): Parameters<typeof finishEffects>[2][number] {
  if (end.status === 'done') return { key, state: 'done', ...(end.outsideId === undefined ? {} : { outsideId: end.outsideId }) };
  if (end.status === 'planned') throw new Error('A planned change has no end.');
  return { key, state: end.status, code: end.code, reason: end.message };
}
