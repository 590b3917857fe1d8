import {
  allHandlersFinished, ApplicationFailure, condition, continueAsNew, defineQuery, defineSignal, defineUpdate, setCurrentDetails, setDefaultSignalHandler,
  setHandler, uuid4, workflowInfo,
} from '@temporalio/workflow';
import { defaultPayloadConverter, type RawValue, rawValueTypeInfo } from '@temporalio/common';
import type { AskedStart, StartAnswer } from '../../activities/triggers/starts.ts';
import { readStart } from '../../domain/start.ts';
import { steps } from '../runtime/conduct.ts';
import { detailsOf, type TriggerProblem, type TriggerStart } from './trigger-details.ts';

export interface TriggerInput {
  readonly integration: string;
  /** Starts after which a run gives way to the next one. */
  readonly continueAfter?: number;
  /** Handed on from run to run, for the page. */
  readonly recent?: readonly TriggerStart[];
  readonly problems?: readonly TriggerProblem[];
  /** What arrived while the last run gave way under a flood of signals; it goes into the inbox first. */
  readonly waiting?: readonly AskedStart[];
}

/** What the update answers. `runId` is the workflow id of the run, when it started within five seconds. */
export interface TriggerAnswer {
  readonly eventId: string;
  /** The request id was known: no second run. */
  readonly repeat: boolean;
  readonly runId?: string;
}

// Arguments come as they are on the wire: what cannot even be decoded is told on the page, and fails no workflow task.
const raw = Array.from({ length: 4 }, () => rawValueTypeInfo);
export const runSignal = defineSignal<RawValue[]>('run', { typeInfo: { inputTypes: raw } });
export const runUpdate = defineUpdate<TriggerAnswer, unknown[]>('run');
export const recentQuery = defineQuery<readonly TriggerStart[]>('recent');
export const problemsQuery = defineQuery<readonly TriggerProblem[]>('problems');

const CONTINUE_AFTER = 500;
const KEPT = 20;
const BATCH = 100;
/** Letters of requests that go into one activity, well below what Temporal carries. */
const BATCH_LETTERS = 400_000;

interface Waiting extends AskedStart {
  answer?: StartAnswer;
}

/** Whoever is this much past the time to give way does so in the midst of a flood. */
const OVERDUE = 2;
const OVERDUE_HISTORY = 20_000;

/**
 * Turns every signal and update `run` into one event of the inbox, where starts with a known request id are repeats. Lives for
 * ever: it continues as new when it has grown, once all that has arrived is in the inbox; when that moment does not come, because
 * signals never pause, it hands on what is still waiting. Whatever is sent, it does not fail.
 */
export async function trigger(input: TriggerInput): Promise<never> {
  const { integration, continueAfter = CONTINUE_AFTER } = input;
  const queue: Waiting[] = [...(input.waiting ?? [])];
  let recent = input.recent ?? [];
  let problems = input.problems ?? [];
  let accepted = 0;

  const { acceptStarts, awaitRun } = steps();
  const isOld = (): boolean => workflowInfo().continueAsNewSuggested || accepted >= continueAfter;
  const isOverdue = (): boolean => accepted >= OVERDUE * continueAfter || workflowInfo().historyLength > OVERDUE_HISTORY;
  const startedRun = async (eventId: string): Promise<{ runId?: string }> => {
    const runId = await Promise.race([awaitRun.executeWithOptions({ summary: 'Wait for the run' }, [eventId]), condition(isOverdue)]);
    return typeof runId === 'string' ? { runId } : {};
  };
  const show = (): void => setCurrentDetails(detailsOf(integration, recent, problems));
  const ask = (asked: Omit<AskedStart, 'fallbackId'>): Waiting => {
    const waiting: Waiting = { ...asked, fallbackId: uuid4() };
    queue.push(waiting);
    return waiting;
  };
  setHandler(runSignal, (...values) => void ask(decoded(values)), { description: 'Starts it: nothing, a list of record ids, or { requestId, selection, input, by, dryRun }.' });
  setDefaultSignalHandler((name) => void ask({ door: 'signal', unreadable: `There is no signal “${name}”: send “run”.` }));
  setHandler(recentQuery, () => recent);
  setHandler(problemsQuery, () => problems);
  setHandler(
    runUpdate,
    async (...values): Promise<TriggerAnswer> => {
      const waiting = ask({ door: 'update', message: values[0] });
      await condition(() => waiting.answer !== undefined);
      const answer = waiting.answer!;
      if (answer.problem !== undefined) throw ApplicationFailure.nonRetryable(inWords(answer.problem), 'NotAccepted');
      const { eventId, repeat } = answer;
      return { eventId, repeat, ...(await startedRun(eventId)) };
    },
    {
      description: 'Starts it and answers with the event, and with the run if it began within five seconds.',
      validator: (...values) => {
        if (isOverdue()) throw ApplicationFailure.nonRetryable('The trigger gives way to a new run just now: send it again.', 'Busy');
        const reading = values.length > 1 ? { ok: false as const, problem: { path: '', message: 'Send one object, or nothing.' } } : readStart(values[0]);
        if (!reading.ok) throw ApplicationFailure.nonRetryable(inWords(reading.problem), 'NotAccepted');
      },
    },
  );
  show();

  for (;;) {
    await condition(() => queue.length > 0 || (isOld() && allHandlersFinished()));
    if (allHandlersFinished() && (queue.length === 0 || (isOverdue() && lettersOf(queue) <= BATCH_LETTERS))) break;
    const batch = nextBatch(queue);
    const answers = await acceptStarts.executeWithOptions({ summary: batch.length === 1 ? 'Put the start into the inbox' : `Put ${String(batch.length)} starts into the inbox` }, [{ integration, starts: asked(batch) }]);
    batch.forEach((waiting, index) => void (waiting.answer = answers[index]));
    accepted += batch.length;
    const at = new Date().toISOString();
    recent = [...answers.flatMap(({ requestId, eventId, repeat, problem }) => (problem === undefined ? [{ at, requestId, eventId, repeat }] : [])).reverse(), ...recent].slice(0, KEPT);
    problems = [...answers.flatMap(({ problem, eventId }) => (problem === undefined ? [] : [{ at, eventId, problem: inWords(problem) }])).reverse(), ...problems].slice(0, KEPT);
    show();
  }
  return continueAsNew<typeof trigger>({ integration, continueAfter, recent, problems, waiting: asked(queue) });
}

function decoded(values: readonly RawValue[]): Omit<AskedStart, 'fallbackId'> {
  if (values.length > 1) return { door: 'signal', unreadable: 'Send one object, or nothing.' };
  try {
    return { door: 'signal', message: values[0] === undefined ? undefined : defaultPayloadConverter.fromPayload(values[0].payload) };
  } catch (error) {
    return { door: 'signal', unreadable: `It cannot be decoded: ${error instanceof Error ? error.message : 'unknown encoding'}` };
  }
}

function asked(waiting: readonly Waiting[]): readonly AskedStart[] {
  return waiting.map(({ answer: _, ...start }) => start);
}

function nextBatch(queue: Waiting[]): readonly Waiting[] {
  let letters = 0;
  const end = queue.findIndex((waiting, index) => {
    letters += lettersOf([waiting]);
    return index > 0 && (index >= BATCH || letters > BATCH_LETTERS);
  });
  return queue.splice(0, end === -1 ? queue.length : end);
}

function lettersOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, one) => sum + (JSON.stringify(one)?.length ?? 0), 0);
}

function inWords({ path, message }: { readonly path: string; readonly message: string }): string {
  return path === '' ? message : `${path}: ${message}`;
}
