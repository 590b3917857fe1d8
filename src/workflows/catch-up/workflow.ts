import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, continueAsNew, executeChild, isCancellation, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import type { CatchUpActivities } from '../../activities/catch-up/index.ts';
import type { CatchUpInput, CatchUpResult, ObjectPlan, Progress } from '../../domain/catch-up.ts';
import { steps } from '../runtime/conduct.ts';

/** What is not read by then is left to the next run: a long first reading must not keep the others' changes waiting. */
const RUN_FOR_MS = 240_000;

/**
 * Reads what webhooks have not told: the changes of every watched object, what is there when it is first watched, and from time
 * to time all ids. Whatever a run has read is kept, however it ends; the next one goes on from there. A firing of a schedule has
 * an id of its own, so the reading is done by a child whose id all firings share: two never overlap.
 */
export async function catchUp(input: CatchUpInput): Promise<CatchUpResult> {
  if (workflowInfo().workflowId !== input.id) return asTheOnlyOne(input);
  const plans = await steps<CatchUpActivities>().planCatchUp.executeWithOptions({ summary: 'What is to be read' }, [input]);
  const deadlineMs = input.toTheEnd === true ? Infinity : Date.now() + RUN_FOR_MS;
  const read = await Promise.all(plans.map(async (plan) => [plan.object, await readObject(input, plan, deadlineMs)] as const));
  const isUnfinished = read.some(([, { unfinished }]) => unfinished);
  if (isUnfinished && input.toTheEnd === true) return continueAsNew<typeof catchUp>({ ...input, sweepNow: false });
  const objects = Object.fromEntries(read.map(([object, { records, events, problem }]) => [object, { records, events, ...(problem === undefined ? {} : { problem }) }]));
  return { ended: isUnfinished ? 'unfinished' : 'complete', objects };
}

interface Tally {
  records: number;
  events: number;
  unfinished: boolean;
  problem?: string;
}

/** One object, in the order of what matters; what goes wrong with it does not concern the others. */
async function readObject(input: CatchUpInput, { object, baseline, sweep }: ObjectPlan, deadlineMs: number): Promise<Tally> {
  const own = steps<CatchUpActivities>();
  const twenty = steps<CatchUpActivities>(input.connection);
  const asked = { ...input, object };
  const tally: Tally = { records: 0, events: 0, unfinished: false };
  const bulk = (what: string) => ({ summary: `${what} of ${object}`, priority: { priorityKey: 3 } });

  const toTheEnd = async (next: () => Promise<Progress>): Promise<void> => {
    while (!tally.unfinished) {
      const { done, records, events, heldGone } = await next();
      tally.records += records;
      tally.events += events;
      if (heldGone !== undefined) await tellOfLoss(input, object, heldGone);
      if (done) return;
      tally.unfinished = Date.now() > deadlineMs || workflowInfo().continueAsNewSuggested;
    }
  };
  const first = () => toTheEnd(() => twenty.readBaseline.executeWithOptions(bulk('What is there'), [asked]));
  try {
    if (baseline === 'first') await first();
    await toTheEnd(() => twenty.readChanges.executeWithOptions(bulk('Changes'), [asked]));
    if (baseline === 'snapshots') await first();
    if (sweep) await toTheEnd(() => twenty.sweepRecords.executeWithOptions(bulk('All ids'), [asked]));
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    tally.problem = error.cause?.message ?? error.message;
    await own.noteCatchUpProblem.executeWithOptions({ summary: `What is wrong with ${object}` }, [asked, tally.problem]);
  }
  return tally;
}

async function tellOfLoss({ workspace }: CatchUpInput, object: string, gone: number): Promise<void> {
  const own = steps();
  const alert = {
    integration: `catch-up of ${object}`,
    state: 'attention' as const,
    reason: `${String(gone)} records of ${object} that were there are not in Twenty (${workspace}) any more. If they were destroyed on purpose, say so: sluice catch-up --now --let-go.`,
    since: new Date().toISOString(),
  };
  await Promise.all([
    own.mailAlert.executeWithOptions({ summary: 'Mail the alert' }, [alert]),
    own.postAlert.executeWithOptions({ summary: 'Post the alert' }, [alert]),
  ]);
}

async function asTheOnlyOne(input: CatchUpInput): Promise<CatchUpResult> {
  try {
    return await executeChild(catchUp, { workflowId: input.id, args: [input], parentClosePolicy: ParentClosePolicy.ABANDON });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { ended: 'busy', objects: {} };
    throw error;
  }
}
