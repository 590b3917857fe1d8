import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { type Firing, scheduledEvent, schedulesOf, type StartDoor } from '../config/starts.ts';
import type { Integration, ScheduleSettings } from '../config/use-case.ts';
import { acceptEvents } from '../store/accept.ts';
import type { Database } from '../store/database.ts';
import { type LastFiring, lastFirings } from '../store/firings.ts';
import { createNotifier } from '../store/notify.ts';
import { scheduleSpecs, type ScheduleRealm, temporalScheduleId } from './schedule-realm.ts';

/** A schedule as people see it. Instants are ISO 8601. */
export interface ScheduleView {
  /** `lead-scoring/nightly` */
  readonly id: string;
  readonly when: ScheduleSettings['when'];
  /** `missing` until it is applied; `unknown` while Temporal is away. */
  readonly state: 'active' | 'paused' | 'missing' | 'unknown';
  /** Who paused it and why, as Temporal keeps it. */
  readonly note?: string;
  readonly nextAt: readonly string[];
  readonly last?: { readonly at: string; readonly eventId: string; readonly states: LastFiring['states']; readonly code?: string; readonly reason?: string };
}

/** Asked for by a person: the same request id is the same firings. */
export interface FiringRequest {
  readonly requestId: string;
  readonly by: string;
  readonly door: StartDoor;
}

export interface Fired {
  readonly nominalAt: string;
  readonly eventId: string;
  readonly repeat: boolean;
}

/** What people do with schedules. Methods that name one throw `UnknownScheduleError`; those that need Temporal throw when it is away. */
export interface ScheduleDesk {
  list(): Promise<readonly ScheduleView[]>;
  /** Fires now, whatever is at work. Needs no Temporal. */
  run(id: string, request: FiringRequest): Promise<Fired>;
  /** Fires for each time between two instants that the schedule means. */
  backfill(id: string, from: Date, to: Date, request: FiringRequest): Promise<readonly Fired[]>;
  pause(id: string, by: string): Promise<void>;
  unpause(id: string, by: string): Promise<void>;
}

export class UnknownScheduleError extends Error {
  constructor(id: string, known: readonly string[]) {
    super(`There is no schedule ${id}. ${known.length === 0 ? 'The configuration has none.' : `There are: ${known.join(', ')}.`}`);
    this.name = 'UnknownScheduleError';
  }
}

const NEXT_SHOWN = 3;
const LIST_WITHIN_MS = 5_000;

export function scheduleDesk(database: Database, client: Client, realm: ScheduleRealm, integrations: Iterable<Integration>): ScheduleDesk {
  const all = [...integrations];
  const specs = scheduleSpecs(all);
  const notify = createNotifier(database);
  const handleOf = (id: string) => client.schedule.getHandle(temporalScheduleId(realm, id));

  const found = (id: string): { integration: Integration; schedule: ScheduleSettings } => {
    for (const integration of all) {
      const schedule = schedulesOf(integration).find(({ name }) => `${integration.name}/${name}` === id);
      if (schedule !== undefined) return { integration, schedule };
    }
    throw new UnknownScheduleError(id, specs.map((spec) => spec.id));
  };
  const fire = async (id: string, firings: readonly Firing[], door: StartDoor): Promise<readonly Fired[]> => {
    const { integration, schedule } = found(id);
    if (firings.length === 0) return [];
    const accepted = await acceptEvents(database, firings.map((firing) => scheduledEvent(integration, schedule, firing, door)));
    notify();
    return firings.map(({ nominalAt }, index) => ({ nominalAt, ...accepted[index]! }));
  };

  return {
    async list() {
      const lasts = new Map((await lastFirings(database, specs.map(({ source }) => source))).map((last) => [last.source, last]));
      return Promise.all(specs.map(async ({ id, when, source }) => ({ id, when, ...(await stateOf(client, handleOf(id))), ...lastOf(lasts.get(source)) })));
    },
    async run(id, { door, ...request }) {
      const [fired] = await fire(id, [{ nominalAt: new Date().toISOString(), isNow: true, ...request }], door);
      return fired!;
    },
    async backfill(id, from, to, { door, ...request }) {
      found(id);
      const { startTime } = await client.schedule.workflowService.listScheduleMatchingTimes({
        namespace: client.options.namespace, scheduleId: temporalScheduleId(realm, id), startTime: msToTs(from.getTime()), endTime: msToTs(to.getTime()),
      });
      return fire(id, (startTime ?? []).map((time) => ({ nominalAt: new Date(tsToMs(time)).toISOString(), ...request })), door);
    },
    async pause(id, by) {
      found(id);
      await handleOf(id).pause(`paused by ${by}`);
    },
    async unpause(id, by) {
      found(id);
      await handleOf(id).unpause(`unpaused by ${by}`);
    },
  };
}

async function stateOf(client: Client, handle: ReturnType<Client['schedule']['getHandle']>): Promise<Pick<ScheduleView, 'state' | 'note' | 'nextAt'>> {
  try {
    const { state, info } = await client.withDeadline(Date.now() + LIST_WITHIN_MS, () => handle.describe());
    const nextAt = state.paused ? [] : info.nextActionTimes.slice(0, NEXT_SHOWN).map((time) => time.toISOString());
    return { state: state.paused ? 'paused' : 'active', nextAt, ...(state.note === undefined || state.note === '' ? {} : { note: state.note }) };
  } catch (error) {
    return { state: error instanceof ScheduleNotFoundError ? 'missing' : 'unknown', nextAt: [] };
  }
}

function lastOf(last: LastFiring | undefined): Pick<ScheduleView, 'last'> {
  if (last === undefined) return {};
  const { receivedAt, eventId, states, code, reason } = last;
  return { last: { at: receivedAt.toISOString(), eventId, states, ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) } };
}
