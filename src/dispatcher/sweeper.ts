import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Integration } from '../config/use-case.ts';
import { takeAlertChanges } from '../store/alerts.ts';
import type { ClaimedSet } from '../store/claim.ts';
import type { Database } from '../store/database.ts';
import { raiseFloors } from '../store/floors.ts';
import { wakeWaiting } from '../store/hand.ts';
import { returnSet } from '../store/settle.ts';
import { type OpenSet, takeQuietSets } from '../store/sets.ts';
import { announce } from './alert.ts';
import { createLoop } from './loop.ts';

export interface SweeperDeps {
  readonly database: Database;
  readonly client: Client;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
  /** Answers false when Temporal is away. */
  startRun(set: ClaimedSet): Promise<boolean>;
}

export interface SweepSettings {
  readonly everyMs: number;
  /** A claimed set not started for this long is started again. */
  readonly claimedMs: number;
  /** A started set is looked up in Temporal this often. */
  readonly startedMs: number;
  /** A run whose workflow task has failed for this long is ended. */
  readonly stuckMs: number;
}

/** Finds sets whose run never began, is gone or cannot proceed, and gives their deliveries back; wakes what waited long enough. */
export function startSweeper(
  deps: SweeperDeps,
  settings: SweepSettings & { readonly taskQueue: string },
  wakeDispatcher: () => void,
): { close(): Promise<void> } {
  const sweep = async (): Promise<number> => {
    await raiseFloors(deps.database);
    let returned = await wakeWaiting(deps.database);
    for (const set of await takeQuietSets(deps.database, settings, 50)) {
      if (set.state === 'claimed') {
        if (!(await deps.startRun(set))) break;
      } else {
        returned += await checkRun(deps, set, settings.stuckMs);
      }
    }
    await announceChanges(deps, settings.taskQueue);
    if (returned > 0) wakeDispatcher();
    return settings.everyMs;
  };
  return createLoop(sweep, (error) => deps.log('sweep failed', { problem: error instanceof Error ? error.message : String(error) }));
}

async function checkRun(deps: SweeperDeps, set: OpenSet, stuckMs: number): Promise<number> {
  const verdict = await judgeRun(deps.client, set.id, stuckMs);
  if (verdict === 'alive') return 0;
  const ref = { setId: set.id, epoch: set.epoch };
  if (verdict === 'stuck') {
    await deps.client.workflow.getHandle(set.id).terminate('its workflow task keeps failing; its events were given back');
  }
  const count = await returnSet(deps.database, ref, verdict);
  deps.log('set returned', { set: set.id, integration: set.integration, why: verdict, count });
  return count;
}

async function judgeRun(client: Client, workflowId: string, stuckMs: number): Promise<'alive' | 'gone' | 'stuck'> {
  try {
    const run = await client.withDeadline(Date.now() + 10_000, () => client.workflow.getHandle(workflowId).describe());
    if (run.status.name !== 'RUNNING') return 'gone';
    const task = run.raw.pendingWorkflowTask;
    const scheduled = task?.originalScheduledTime?.seconds;
    if (task?.attempt === undefined || task.attempt === null || task.attempt <= 3 || scheduled === undefined || scheduled === null) return 'alive';
    return Date.now() - Number(scheduled) * 1000 > stuckMs ? 'stuck' : 'alive';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone';
    throw error;
  }
}

async function announceChanges(deps: SweeperDeps, taskQueue: string): Promise<void> {
  const integrations = [...deps.integrations.values()].map((integration) => ({
    name: integration.name,
    connections: [...integration.useCase.connections(integration.settings), ...(integration.useCase.alsoUses?.(integration.settings) ?? [])],
  }));
  for (const change of await takeAlertChanges(deps.database, integrations)) await announce(deps, taskQueue, change);
}
