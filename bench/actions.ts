import type { Client } from '@temporalio/client';

/**
 * The actions of a run as Temporal Cloud bills them, counted from its history: one for the start, one for each activity and
 * each further attempt of it, one for each timer, signal, update, marker (a local activity), search attribute upsert, child and
 * continuation. Heartbeats stand in no history; no activity here lasts until its first one.
 */
export async function actionsOf(client: Client, workflowId: string): Promise<number> {
  let actions = 0;
  // From the last of its runs back to the first.
  for (let runId: string | undefined; ; ) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      if (BILLED.some((attributes) => event[attributes] != null)) actions += 1;
      actions += Math.max(0, (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1);
    }
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (before === undefined || before === null || before === '') return actions;
    runId = before;
  }
}

export async function actionsOfAll(client: Client, workflowIds: readonly string[]): Promise<number> {
  let actions = 0;
  for (const id of workflowIds) actions += await actionsOf(client, id);
  return actions;
}

const BILLED = [
  'workflowExecutionStartedEventAttributes',
  'activityTaskScheduledEventAttributes',
  'timerStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'markerRecordedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
  'startChildWorkflowExecutionInitiatedEventAttributes',
  'workflowExecutionContinuedAsNewEventAttributes',
] as const;
