import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy, WorkflowNotFoundError } from '@temporalio/client';
import type { Integration } from '../config/use-case.ts';
import { createLoop } from './loop.ts';
import { runAttributes } from './run-starter.ts';
import type { SearchAttributes } from './search-attributes.ts';
import { type ScheduleRealm, triggerId } from './schedule-realm.ts';
import { reconcileSchedules, type ScheduleSpec } from './schedules.ts';

export interface StartKeeperDeps {
  readonly client: Client;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
}

export interface StartKeeperSettings {
  readonly realm: ScheduleRealm;
  readonly schedules: readonly ScheduleSpec[];
  readonly searchAttributes: SearchAttributes;
  /** A trigger that is missing is started again within this time; default 20 s. */
  readonly everyMs?: number;
  /** Done once, when the schedules stand. */
  atStart?(): Promise<void>;
}

const DEADLINE_MS = 10_000;
const AGAIN_MS = 10_000;
/** The configuration does not change while this process runs, so once is enough. */
const NEVER_MS = 2_000_000_000;
/** So often it is looked whether all triggers are there, unless told otherwise. */
export const LOOK_EVERY_MS = 20_000;

/**
 * Sees to it that what starts things is there: once, that Temporal's Schedules are those of the configuration; again and again,
 * that every integration that can be started by hand has its trigger workflow. Any number may do so at once.
 */
export function keepStarts(deps: StartKeeperDeps, settings: StartKeeperSettings): { close(): Promise<void> } {
  const { client, log } = deps;
  const { realm, schedules, everyMs = LOOK_EVERY_MS } = settings;

  const reconcile = async (): Promise<number> => {
    const changes = await client.withDeadline(Date.now() + DEADLINE_MS, () => reconcileSchedules(client, realm, schedules));
    log('schedules reconciled', { created: changes.created, updated: changes.updated, removed: changes.removed, unchanged: changes.unchanged.length });
    await settings.atStart?.();
    for (const { id, reason } of changes.refused) log('schedule refused', { schedule: id, problem: reason });
    return NEVER_MS;
  };
  const startable = [...deps.integrations.values()].filter((integration) => integration.useCase.manual?.(integration.settings) !== undefined);
  const keep = async (): Promise<number> => {
    for (const integration of startable) {
      if (await ensureTrigger(client, realm, integration, await settings.searchAttributes.usable())) log('trigger started', { integration: integration.name });
    }
    return startable.length === 0 ? NEVER_MS : everyMs;
  };

  /** Temporal may be away for long: no need to ask it every second. */
  const patiently = (what: string, round: () => Promise<number>) => (): Promise<number> =>
    round().catch((error: unknown) => {
      log(what, { problem: error instanceof Error ? error.message : String(error) });
      return AGAIN_MS;
    });
  const loops = [patiently('schedules not reconciled', reconcile), patiently('triggers not kept', keep)].map((round) => createLoop(round, () => undefined));
  return { close: async () => void (await Promise.all(loops.map((loop) => loop.close()))) };
}

/** Starts an integration's trigger unless it runs; answers whether it was missing. */
async function ensureTrigger(client: Client, realm: ScheduleRealm, { name, useCase }: Integration, searchAttributes: boolean): Promise<boolean> {
  const workflowId = triggerId(realm, name);
  return client.withDeadline(Date.now() + DEADLINE_MS, async () => {
    if (await isRunning(client, workflowId)) return false;
    try {
      await client.workflow.start('trigger', {
        workflowId,
        taskQueue: realm.taskQueue,
        args: [{ integration: name }],
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `Starts ${name} by hand: send it the signal “run”`,
        priority: { priorityKey: 1 },
        ...(searchAttributes ? { typedSearchAttributes: runAttributes(name, useCase.name) } : {}),
      });
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false; // another dispatcher was quicker
      throw error;
    }
  });
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
