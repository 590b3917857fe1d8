import { createHash } from 'node:crypto';
import { type Client, ScheduleAlreadyRunning, type ScheduleDescription, ScheduleNotFoundError, type ScheduleOptions } from '@temporalio/client';
import type { ScheduleSettings } from '../config/use-case.ts';
import { type ScheduleRealm, temporalScheduleId } from './schedule-realm.ts';

/** A schedule that Sluice wants to exist: an integration's, or one of its own. */
export interface ScheduleSpec extends ScheduleSettings {
  /** `lead-scoring/nightly`; unique in the workspace. */
  readonly id: string;
  readonly action: { readonly workflowType: string; readonly args: readonly unknown[] };
}

/** What reconciling has changed, by id. */
export interface ScheduleChanges {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
  /** Refused by Temporal, with its reason. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

export const PAUSED_BY_CONFIG = 'paused by the configuration';
const CATCH_UP_MS = 86_400_000;
const FINGERPRINT = 'sluiceFingerprint';

/**
 * Makes Temporal's Schedules what `specs` say: those missing are created, those that differ updated, those of this realm that
 * nobody wants any more removed. What is equal is not written; what others own is not touched; a pause that a person set stays.
 * Several processes may do it at once. Throws when Temporal is away.
 */
export async function reconcileSchedules(client: Client, realm: ScheduleRealm, specs: readonly ScheduleSpec[]): Promise<ScheduleChanges> {
  const done: Record<'created' | 'updated' | 'removed' | 'unchanged', string[]> = { created: [], updated: [], removed: [], unchanged: [] };
  const refused: { id: string; reason: string }[] = [];
  for (const spec of specs) {
    try {
      done[await ensureSchedule(client, realm, spec)].push(spec.id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push({ id: spec.id, reason: error.message });
    }
  }
  const wanted = new Set(specs.map(({ id }) => temporalScheduleId(realm, id)));
  for await (const { scheduleId, memo } of client.schedule.list()) {
    if (wanted.has(scheduleId) || memo?.['sluice'] !== realm.marker) continue;
    try {
      await client.schedule.getHandle(scheduleId).delete();
      done.removed.push(typeof memo['id'] === 'string' ? memo['id'] : scheduleId);
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error; // another process was quicker
    }
  }
  return { ...done, refused };
}

async function ensureSchedule(client: Client, realm: ScheduleRealm, spec: ScheduleSpec): Promise<'created' | 'updated' | 'unchanged'> {
  const options = optionsOf(realm, spec);
  const handle = client.schedule.getHandle(options.scheduleId);
  let known = await describe(handle);
  if (known === undefined) {
    try {
      await client.schedule.create(options);
      return 'created';
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      known = await handle.describe();
    }
  }
  const { paused, note } = known.state;
  if (known.action.memo?.[FINGERPRINT] !== options.action.memo?.[FINGERPRINT]) {
    const byHand = paused && note !== PAUSED_BY_CONFIG;
    const state = spec.paused === true ? { paused: true, note: PAUSED_BY_CONFIG } : { paused: byHand, note: byHand ? note : '' };
    await handle.update(() => ({ spec: options.spec, action: options.action, policies: options.policies, state }));
    return 'updated';
  }
  if (spec.paused === true && !paused) {
    await handle.pause(PAUSED_BY_CONFIG);
    return 'updated';
  }
  return 'unchanged';
}

async function describe(handle: { describe(): Promise<ScheduleDescription> }): Promise<ScheduleDescription | undefined> {
  try {
    return await handle.describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function optionsOf(realm: ScheduleRealm, spec: ScheduleSpec): ScheduleOptions {
  const { id, when, jitterMs, action, paused = false } = spec;
  const scheduleId = temporalScheduleId(realm, id);
  const shape = {
    spec: {
      ...('cron' in when ? { cronExpressions: [when.cron] } : { intervals: [{ every: when.everyMs, offset: when.offsetMs ?? 0 }] }),
      timezone: spec.timeZone ?? realm.timeZone,
      ...(jitterMs === undefined ? {} : { jitter: jitterMs }),
    },
    policies: { overlap: OVERLAP[spec.overlap ?? 'skip'], catchupWindow: spec.catchUpWithinMs ?? CATCH_UP_MS },
    action: { type: 'startWorkflow' as const, workflowType: action.workflowType, args: [...action.args], taskQueue: realm.taskQueue, workflowId: scheduleId, staticSummary: `Schedule ${id}` },
  };
  // Temporal answers a schedule in another form than it was given: what it was made from is kept beside it.
  const fingerprint = createHash('sha256').update(JSON.stringify([shape, paused])).digest('base64url').slice(0, 22);
  return {
    ...shape,
    scheduleId,
    action: { ...shape.action, memo: { [FINGERPRINT]: fingerprint } },
    memo: { sluice: realm.marker, id },
    state: paused ? { paused, note: PAUSED_BY_CONFIG } : {},
  };
}

const OVERLAP = { skip: 'SKIP', 'buffer-one': 'BUFFER_ONE', 'buffer-all': 'BUFFER_ALL', allow: 'ALLOW_ALL' } as const;

/** Temporal said that this one schedule cannot be (a cron it cannot read): the client makes a TypeError of INVALID_ARGUMENT. */
function isRefusal(error: unknown): error is TypeError {
  return error instanceof TypeError;
}
