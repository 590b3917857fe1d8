import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { steps } from '../runtime/conduct.ts';

export interface FiringInput {
  readonly integration: string;
  /** Name of the schedule within the integration. */
  readonly schedule: string;
}

const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** A schedule's time has come: one event, keyed by the time that the schedule meant, however late this runs. */
export async function scheduleFiring({ integration, schedule }: FiringInput): Promise<{ eventId?: string; ended: string }> {
  const nominalAt = nominalTime();
  return steps().acceptScheduled.executeWithOptions({ summary: `Put the firing of ${nominalAt} into the inbox` }, [{ integration, schedule, nominalAt }]);
}

/** Temporal tells the time in an attribute, and once more at the end of the workflow's id. */
function nominalTime(): string {
  const { typedSearchAttributes, workflowId, startTime } = workflowInfo();
  const told = typedSearchAttributes.get(SCHEDULED_START);
  if (told !== undefined) return new Date(told).toISOString();
  const end = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.exec(workflowId)?.[0];
  return (end === undefined ? startTime : new Date(end)).toISOString();
}
