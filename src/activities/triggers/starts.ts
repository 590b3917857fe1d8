import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import { manualEvent, misreadEvent, scheduledEvent, scheduleSource, schedulesOf, type StartDoor } from '../../config/starts.ts';
import type { ScheduleSettings } from '../../config/use-case.ts';
import type { NewEvent } from '../../domain/event.ts';
import { readStart, type StartProblem } from '../../domain/start.ts';
import { acceptEvents } from '../../store/accept.ts';
import { acceptFiring } from '../../store/firings.ts';
import { createNotifier } from '../../store/notify.ts';
import { startedRun } from '../../store/selection.ts';
import type { ActivityDeps } from '../deps.ts';

/** A signal or update as the trigger workflow got it. */
export interface AskedStart {
  readonly door: StartDoor;
  readonly message?: unknown;
  /** Why there is no message to read. */
  readonly unreadable?: string;
  /** Known again by this when it names no request id. */
  readonly fallbackId: string;
}

/** The event is in the inbox; with a problem it says what came and ends as skipped. */
export interface StartAnswer {
  readonly requestId: string;
  readonly eventId: string;
  readonly repeat: boolean;
  readonly problem?: StartProblem;
}

export interface ScheduledFiring {
  readonly integration: string;
  readonly schedule: string;
  /** ISO 8601 instant. */
  readonly nominalAt: string;
}

const RUN_STARTS_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;
/** A dispatcher with a newer configuration may be ahead of this worker; after some minutes it is not. */
const ATTEMPTS_WHILE_UNKNOWN = 15;
const RECEIVED_SHOWN = 2_000;

/** Starts by hand and by the clock on their way into the inbox. */
export function startActivities({ database, integrations }: ActivityDeps) {
  const notify = createNotifier(database);

  const eventOf = (name: string, asked: AskedStart): { readonly requestId: string; readonly event: NewEvent; readonly problem?: StartProblem } => {
    const misread = (problem: StartProblem) => ({
      requestId: asked.fallbackId, problem,
      event: misreadEvent(name, asked.fallbackId, (JSON.stringify(asked.message) ?? '').slice(0, RECEIVED_SHOWN), problem, asked.door),
    });
    if (asked.unreadable !== undefined) return misread({ path: '', message: asked.unreadable });
    const reading = readStart(asked.message);
    if (!reading.ok) return misread(reading.problem);
    const integration = integrations.get(name);
    if (integration === undefined) return misread({ path: '', message: `${name} is not configured any more.` });
    const requestId = reading.start.requestId ?? asked.fallbackId;
    const start = manualEvent(integration, { ...reading.start, requestId }, asked.door);
    return start.ok ? { requestId, event: start.event } : misread(start.problem);
  };

  return {
    /** Stores one event per start, or finds the one with its request id; answers in the same order. */
    async acceptStarts({ integration, starts }: { readonly integration: string; readonly starts: readonly AskedStart[] }): Promise<readonly StartAnswer[]> {
      const events = starts.map((asked) => eventOf(integration, asked));
      const first = new Map<string, (typeof events)[number]>();
      for (const one of events) if (!first.has(one.requestId)) first.set(one.requestId, one);
      const distinct = [...first.values()];
      const accepted = await acceptEvents(database, distinct.map(({ event }) => event));
      notify();
      const answers = new Map(distinct.map((one, index) => [one.requestId, accepted[index]!]));
      return events.map((one) => {
        const { eventId, repeat } = answers.get(one.requestId)!;
        return { requestId: one.requestId, eventId, repeat: repeat || first.get(one.requestId) !== one, ...(one.problem === undefined ? {} : { problem: one.problem }) };
      });
    },

    /** The workflow id of the event's run, if it starts within five seconds. */
    async awaitRun(eventId: string): Promise<string | undefined> {
      for (const deadline = Date.now() + RUN_STARTS_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
        const run = await startedRun(database, eventId);
        if (run !== undefined) return run;
      }
      return undefined;
    },

    /** Stores a schedule's firing, once per nominal time, as skipped when the one before is still at work and it shall not overlap. */
    async acceptScheduled({ integration: name, schedule: scheduleName, nominalAt }: ScheduledFiring): Promise<{ eventId?: string; ended: string }> {
      const integration = integrations.get(name);
      const schedule = integration === undefined ? undefined : schedulesOf(integration).find((one) => one.name === scheduleName);
      if (integration === undefined || schedule === undefined) {
        if (Context.current().info.attempt >= ATTEMPTS_WHILE_UNKNOWN) return { ended: 'not configured any more' };
        throw ApplicationFailure.create({ type: 'NotConfigured', message: `${name}/${scheduleName} is not in this worker's configuration` });
      }
      let skipped = false;
      const accepted = await acceptFiring(database, scheduleSource(name, scheduleName), maxAtWork(schedule), (skip) => {
        skipped = skip;
        return scheduledEvent(integration, schedule, { nominalAt }, 'schedule', skip);
      });
      notify();
      return { eventId: accepted.eventId, ended: accepted.repeat ? 'known already' : skipped ? 'skipped: overlap' : 'accepted' };
    },
  };
}

function maxAtWork({ overlap = 'skip' }: ScheduleSettings): number | undefined {
  switch (overlap) {
    case 'skip': return 1;
    case 'buffer-one': return 2;
    case 'buffer-all':
    case 'allow': return undefined;
  }
}
