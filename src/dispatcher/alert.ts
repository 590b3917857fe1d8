import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { type AlertChange, forgetAlert } from '../store/alerts.ts';
import type { Database } from '../store/database.ts';

export interface AlertDeps {
  readonly database: Database;
  readonly client: Client;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
}

/** Hands one change of state to a durable workflow that tells a person, once. */
export async function announce(deps: AlertDeps, taskQueue: string, change: AlertChange): Promise<void> {
  deps.log('integration state changed', { integration: change.integration, state: change.state, reason: change.reason });
  try {
    await deps.client.withDeadline(Date.now() + 10_000, () =>
      deps.client.workflow.start('operatorAlert', {
        workflowId: `alert-${change.integration}-${change.since.toISOString()}`,
        taskQueue,
        args: [{ ...change, since: change.since.toISOString() }],
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        staticSummary: `${change.integration}: ${change.state}`,
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    await forgetAlert(deps.database, change.integration);
    throw error;
  }
}
