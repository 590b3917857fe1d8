import { type Client, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { WorkspaceSettings } from '../config/schema.ts';
import type { TwentyWorkspace } from '../config/workspaces.ts';
import type { CatchUpInput, CatchUpResult } from '../domain/catch-up.ts';
import type { ScheduleRealm } from './schedule-realm.ts';
import type { ScheduleSpec } from './schedules.ts';

/** A workspace and the objects that are watched in it. */
export interface CatchUpTarget extends TwentyWorkspace {
  readonly objects: readonly string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Of a catch-up that is started by hand only. */
const USUAL_SWEEP_DAYS = 7;

/** The schedules that read what webhooks have not told. A firing that was missed is no loss: the next one reads it all. */
export function catchUpSpecs(realm: ScheduleRealm, targets: readonly CatchUpTarget[], settings: WorkspaceSettings['catchUp']): readonly ScheduleSpec[] {
  if (settings === 'off') return [];
  return targets.map((target) => ({
    id: `catch-up/${target.workspace}`,
    name: `catch-up/${target.workspace}`,
    when: { everyMs: settings.everyMinutes * MINUTE_MS },
    overlap: 'skip' as const,
    catchUpWithinMs: MINUTE_MS,
    action: { workflowType: 'catchUp', args: [catchUpInput(realm, target, settings)] },
  }));
}

export function catchUpInput({ suffix }: Pick<ScheduleRealm, 'suffix'>, { workspace, connection }: TwentyWorkspace, settings: WorkspaceSettings['catchUp']): CatchUpInput {
  const days = settings === 'off' ? USUAL_SWEEP_DAYS : settings.sweepEveryDays;
  return { id: `catch-up-${workspace}${suffix}`, workspace, connection, sweepEveryMs: days * DAY_MS };
}

/** Starts a reading unless one is under way: after a start nobody knows what has happened meanwhile. Does not wait for its end. */
export async function startCatchUp(client: Client, realm: Pick<ScheduleRealm, 'taskQueue'>, input: CatchUpInput): Promise<void> {
  await client.workflow.start('catchUp', {
    workflowId: input.id,
    taskQueue: realm.taskQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `Catch up with ${input.workspace}`,
  });
}

/** Reads now and to the end, after a run that is under way; resolves with what it came to. */
export async function catchUpNow(client: Client, realm: Pick<ScheduleRealm, 'taskQueue'>, input: CatchUpInput): Promise<CatchUpResult> {
  const underWay = client.workflow.getHandle(input.id);
  if (await isRunning(underWay)) await underWay.result().catch(() => undefined);
  const handle = await client.workflow.start('catchUp', {
    workflowId: input.id,
    taskQueue: realm.taskQueue,
    args: [{ ...input, toTheEnd: true }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `Catch up with ${input.workspace}`,
  });
  return (await handle.result()) as CatchUpResult;
}

async function isRunning(handle: { describe(): Promise<{ readonly status: { readonly name: string } }> }): Promise<boolean> {
  return handle.describe().then(({ status }) => status.name === 'RUNNING', () => false);
}
