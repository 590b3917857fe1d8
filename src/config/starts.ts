import type { NewDelivery, NewEvent } from '../domain/event.ts';
import { readSelection, type Selection } from '../domain/selection.ts';
import { SELECTING_WORKFLOW, type StartBody, type StartProblem, type StartRequest } from '../domain/start.ts';
import type { Integration, ScheduleSettings } from './use-case.ts';

/** A start by hand that knows how it is known again. */
export interface ManualRequest extends StartRequest {
  readonly requestId: string;
}

/** Where a start by hand came in, for people to read. */
export type StartDoor = 'signal' | 'update' | 'api' | 'sluice trigger' | 'sluice schedules' | 'sluice sync' | 'sluice try' | 'another sync';

export type StartEvent = { readonly ok: true; readonly event: NewEvent } | { readonly ok: false; readonly startable: boolean; readonly problem: StartProblem };

/** One firing of a schedule. `requestId` tells a firing that a person asked for from the one that the clock brought. */
export interface Firing {
  /** ISO 8601 instant. */
  readonly nominalAt: string;
  readonly requestId?: string;
  readonly by?: string;
  /** Asked for now, which is no time of the schedule: the request id alone tells it from others. */
  readonly isNow?: boolean;
}

/** Few records, and somebody waits for them: up to this many are urgent. */
const WAITED_FOR = 10;

/** The inbox event of a start by hand; known again by its request id, for ever. */
export function manualEvent(integration: Integration, request: ManualRequest, door: StartDoor): StartEvent {
  const { requestId, selection, input, by, dryRun } = request;
  const over = integration.useCase.manual?.(integration.settings)?.over;
  if (over === undefined) return { ok: false, startable: false, problem: { path: '', message: `${integration.name} cannot be started by hand.` } };
  if (over.kind === 'nothing' && selection !== undefined) {
    return refused('selection', `${integration.name} does not run over records: leave the selection out.`);
  }
  if (over.kind === 'records' && over.optional !== true && selection === undefined) {
    return refused('selection', `${integration.name} runs over records (${over.object}): write { ids: ['…'] }, { view: 'name or id' }, { filter: { … } } or { all: true }.`);
  }
  const body: StartBody = { trigger: 'manual', requestId, by, selection, input };
  const urgent = selection === undefined ? integration.useCase.urgency === 'urgent' : 'ids' in selection && selection.ids.length <= WAITED_FOR;
  return {
    ok: true,
    event: startEvent(`manual:${integration.name}`, requestId, body, door, {
      integration: integration.name,
      urgency: urgent ? 'urgent' : 'bulk',
      dryRun: dryRun ?? false,
      ...(selection === undefined ? { laneKey: 'manual' } : { laneKey: `selection:${requestId}`, workflowType: SELECTING_WORKFLOW }),
    }),
  };
}

/** A start that nobody could read leaves an event, too: it shows what came and what was wrong with it. */
export function misreadEvent(integration: string, requestId: string, received: string, { path, message }: StartProblem, door: StartDoor): NewEvent {
  const reason = `The start was not understood: ${path === '' ? 'it' : path}: ${message}`;
  return startEvent(`manual:${integration}`, requestId, { trigger: 'manual', requestId, input: { received } }, door, {
    integration,
    laneKey: 'manual',
    urgency: 'bulk',
    outcome: { state: 'skipped', code: 'not_understood', reason },
  });
}

/** The inbox event of a schedule's firing; `skipped` when the last one is still at work and the schedule says to skip then. */
export function scheduledEvent(integration: Integration, schedule: ScheduleSettings, firing: Firing, door: 'schedule' | StartDoor, skipped = false): NewEvent {
  const { nominalAt, requestId, by, isNow = false } = firing;
  const key = requestId === undefined ? nominalAt : `${isNow ? 'now' : nominalAt}#${requestId}`;
  const body: StartBody = { trigger: 'schedule', schedule: schedule.name, requestId, by, selection: selectionOf(schedule), nominalAt };
  return startEvent(scheduleSource(integration.name, schedule.name), key, body, door, {
    integration: integration.name,
    urgency: 'bulk',
    laneKey: schedule.overlap === 'allow' ? `schedule:${schedule.name}:${key}` : `schedule:${schedule.name}`,
    ...(schedule.over === undefined ? {} : { workflowType: SELECTING_WORKFLOW }),
    ...(skipped ? { outcome: { state: 'skipped', code: 'overlap', reason: 'The firing before it is still at work.' } } : {}),
  });
}

/** The source of a schedule's events; the migration's index of firings knows the prefix. */
export function scheduleSource(integration: string, schedule: string): string {
  return `schedule:${integration}/${schedule}`;
}

/** The Twenty records that an integration's starts of either kind may name: which object, read over which connection. */
export function recordsOf(integration: Integration, schedule?: string): { readonly object: string; readonly connection: string } | undefined {
  if (schedule !== undefined) return schedulesOf(integration).find(({ name }) => name === schedule)?.over;
  const over = integration.useCase.manual?.(integration.settings)?.over;
  return over?.kind === 'records' ? over : undefined;
}

export function schedulesOf(integration: Integration): readonly ScheduleSettings[] {
  return integration.useCase.schedules?.(integration.settings) ?? [];
}

function selectionOf({ over }: ScheduleSettings): Selection | undefined {
  const reading = over === undefined ? undefined : readSelection(over.selection);
  return reading?.ok === true ? reading.selection : undefined;
}

function startEvent(source: string, key: string, body: StartBody, verdict: string, delivery: NewDelivery): NewEvent {
  return {
    source,
    dedupe: { key },
    contentType: 'application/json',
    headers: {},
    body: new TextEncoder().encode(JSON.stringify(body)),
    verdict,
    deliveries: [delivery],
  };
}

function refused(path: string, message: string): StartEvent {
  return { ok: false, startable: true, problem: { path, message } };
}
