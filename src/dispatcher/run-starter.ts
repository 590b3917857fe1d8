import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { RunInput } from '../domain/run.ts';
import type { ClaimedSet } from '../store/claim.ts';
import type { Database } from '../store/database.ts';
import { markStarted } from '../store/sets.ts';
import type { SearchAttributes } from './search-attributes.ts';

/** What people filter runs by in Temporal's Web UI. */
export const INTEGRATION_ATTRIBUTE = 'SluiceIntegration';
export const USE_CASE_ATTRIBUTE = 'SluiceUseCase';

const START_DEADLINE_MS = 10_000;

export interface RunStarter {
  /** Starts the workflow of a claimed set; that it exists already is success. Throws when Temporal is away. */
  start(set: ClaimedSet, useCase: string): Promise<void>;
}

export function createRunStarter(
  client: Client,
  database: Database,
  options: { readonly taskQueue: string; readonly searchAttributes: SearchAttributes },
): RunStarter {
  return {
    async start(set, useCase) {
      const input: RunInput = {
        setId: set.id,
        epoch: set.epoch,
        integration: set.integration,
        urgent: set.urgent,
        dryRun: set.dryRun,
      };
      const start = async (): Promise<void> => {
        const attributes = (await options.searchAttributes.usable()) ? { typedSearchAttributes: runAttributes(set.integration, useCase) } : {};
        await client.withDeadline(Date.now() + START_DEADLINE_MS, () =>
          client.workflow.start(set.workflowType, {
            workflowId: set.id,
            taskQueue: options.taskQueue,
            args: [input],
            workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
            staticSummary: `${set.integration}: ${String(set.size)} ${set.size === 1 ? 'event' : 'events'}${set.dryRun ? ' (dry run)' : ''}`,
            priority: { priorityKey: set.urgent ? 1 : 3 },
            ...attributes,
          }),
        );
      };
      try {
        await start().catch((error: unknown) => {
          if (options.searchAttributes.areRefusedBy(error)) return start();
          throw error;
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
      await markStarted(database, set.id, set.epoch);
    },
  };
}

/** What a run is found by in the Web UI. */
export function runAttributes(integration: string, useCase: string): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey(INTEGRATION_ATTRIBUTE, SearchAttributeType.KEYWORD), value: integration },
    { key: defineSearchAttributeKey(USE_CASE_ATTRIBUTE, SearchAttributeType.KEYWORD), value: useCase },
  ]);
}
