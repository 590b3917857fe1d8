import { ActivityFailure, type ActivityInterfaceFor, ApplicationFailure, CancelledFailure, isCancellation, proxyActivities, proxyLocalActivities, type ActivityOptions, workflowInfo } from '@temporalio/workflow';
import type { RunInput, RunResult } from '../../domain/run.ts';
import type { CommonActivities } from '../../activities/index.ts';
import { queueOf } from './queues.ts';

/** Transient faults are retried until they pass; what does not pass by itself comes back as a non-retryable failure. */
export const stepOptions: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '20 seconds' },
};

/** One line for the Web UI, and the run's right of way. */
export function summary(run: RunInput, text: string): ActivityOptions {
  return { summary: run.dryRun ? `${text} (plan)` : text, priority: { priorityKey: run.urgent ? 1 : 3 } };
}

/** The activities `A` of a use case, beside the common ones, on Sluice's own queue or on a connection's. */
export function steps<A>(connection?: string): ActivityInterfaceFor<A & CommonActivities> {
  const { taskQueue } = workflowInfo();
  return proxyActivities<A & CommonActivities>({ ...stepOptions, taskQueue: connection === undefined ? taskQueue : queueOf(taskQueue, connection) });
}

/**
 * The activities `A`, beside the common ones, carried out as part of the workflow task: for steps that touch nothing but
 * Postgres, which spares them the way to the Temporal server and back.
 */
export function localSteps<A>(): ActivityInterfaceFor<A & CommonActivities> {
  const { startToCloseTimeout, retry } = stepOptions;
  return proxyLocalActivities<A & CommonActivities>({ startToCloseTimeout, retry });
}

/**
 * Runs a use case over its set and sees to it that no delivery is left without an end: a connection out of order gives the rest
 * back to the inbox, anything unforeseen halves the set until the one at fault ends as failed with its reason, and a run whose
 * epoch is over ends empty.
 */
export async function conduct(run: RunInput, body: () => Promise<Record<string, number>>): Promise<RunResult> {
  const own = steps();
  try {
    return { ended: 'settled', outcomes: await body() };
  } catch (error) {
    if (isCancellation(error) && !(error instanceof ActivityFailure)) throw error;
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const type = cause instanceof ApplicationFailure ? cause.type : undefined;
    if (type === 'EpochOver') return { ended: 'over', outcomes: {} };
    if (type === 'Parked') return { ended: 'parked', outcomes: { returned: await own.returnRest.executeWithOptions(summary(run, 'Give the rest back: a connection is out of order'), [run, 'parked']) } };
    // A fault in the workflow's own code is for the sweeper: it fails the task, and a mended deploy goes on from here.
    if (!(error instanceof ActivityFailure)) throw error;
    if (cause instanceof CancelledFailure) return { ended: 'parked', outcomes: { returned: await own.returnRest.executeWithOptions(summary(run, 'Give the rest back: a connection is out of order'), [run, 'parked']) } };
    const reason = cause instanceof Error ? cause.message : 'an unknown fault';
    // One of many may have spoilt the step for all: they are tried again in halves, until it stands alone.
    if (type === 'Bug' && (await own.countRest.executeWithOptions(summary(run, 'Count the rest'), [run])) > 1) return { ended: 'parked', outcomes: { returned: await own.returnRest.executeWithOptions(summary(run, 'Give the rest back in halves'), [run, 'spoilt']) } };
    const failed = await own.settleRest.executeWithOptions(summary(run, 'Note the failure'), [run, { state: 'failed', code: type === 'Bug' ? 'unexpected' : (type ?? 'unexpected'), reason }]);
    return { ended: 'settled', outcomes: { failed } };
  }
}
