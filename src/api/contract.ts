import type { HttpBindings } from '@hono/node-server';
import type { Registry } from 'prom-client';
import type { SecretRef } from '../config/secret.ts';
import type { RecordRouter } from '../config/record-routing.ts';
import type { Integration, ScheduleSettings } from '../config/use-case.ts';
import type { Accepted, NewEvent } from '../domain/event.ts';
import type { Mode } from '../domain/mode.ts';
import type { RecordAction } from '../domain/record-event.ts';
import type { Side, Value } from '../domain/sync.ts';
import type { CatchUpState } from '../store/catch-up-states.ts';
import type { HandAction, HandPlan, HandSelector } from '../store/hand.ts';
import type { WorkspaceFeed } from '../store/setup.ts';
import type { ModeView } from '../store/modes.ts';
import type { RowQuery } from '../store/data-views.ts';
import type { RowOverview } from '../store/row-lines.ts';
import type { ListedConflict, SyncStanding } from '../store/sync-views.ts';
import type { EventQuery, EventSummary, EventView } from '../store/views.ts';

/** What the gateway needs of the rest of the house, handed in once at start. */
export interface GatewayDeps {
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly twentyWorkspaces: ReadonlyMap<string, TwentyHook>;
  /**
   * Stores all events in one transaction and answers in the same order; throws the database's error when any row is bad or
   * the database is away. Never called with two events of the same source and dedupe key.
   */
  accept(events: readonly NewEvent[]): Promise<readonly Accepted[]>;
  /** True for faults of the connection or the server (cut, shutting down, too many clients, read-only), not of the data. */
  isDatabaseAway(error: unknown): boolean;
  /** The event with its deliveries, outcomes and effects; undefined when there is none. */
  findEvent(id: string): Promise<EventView | undefined>;
  /** The rows that events have brought. */
  readonly rows?: EventRows;
  /** Newest first. */
  listEvents(query: EventQuery): Promise<readonly EventSummary[]>;
  /** What an action of a person would touch; changes nothing. */
  plan(action: HandAction, selector: HandSelector): Promise<HandPlan>;
  /** Does it, and answers how many deliveries it touched. */
  act(action: HandAction, selector: HandSelector, by: string): Promise<number>;
  /** How the configured integrations are run, in their order. */
  readonly modes: { list(): Promise<readonly ModeView[]>; set(integration: string, mode: Mode, by: string): Promise<void> };
  readonly feeds: TwentyFeeds;
  /** How far the reading of each watched object has come. */
  catchUp(): Promise<readonly CatchUpState[]>;
  /** Absent where there is no way to Temporal. */
  readonly schedules?: Schedules;
  readonly syncs?: Syncs;
  /** What must work for the gateway to be of use, by name: `ok`, or what is wrong in words. */
  readiness(): Promise<Readonly<Record<string, string>>>;
  readonly metrics: Registry;
}

/** What became of the rows of a file or a feed. */
export interface EventRows {
  /** Undefined when the event has brought no rows. */
  overview(eventId: string, query: RowQuery): Promise<RowOverview | undefined>;
  lines(eventId: string, wanted: Pick<RowQuery, 'states' | 'code'>, format: 'csv' | 'ndjson'): AsyncGenerator<string>;
}

/** What people see of two-way syncs, and decide. */
export interface Syncs {
  /** Of every configured two-way sync, in the order of the configuration. */
  standings(): Promise<readonly SyncStanding[]>;
  /** A page of what waits for a decision, oldest first; undefined when there is no two-way sync of this name. */
  conflicts(integration: string, page: { readonly after?: string | undefined; readonly limit: number }): Promise<readonly ListedConflict[] | undefined>;
  /** Has a decision carried out: both sides get the value, and the task is closed. Without `integration` the id alone says which. */
  decide(decision: SyncDecision): Promise<DecisionEnd>;
}

export interface SyncDecision {
  readonly integration?: string;
  /** Of the conflict. */
  readonly id: string;
  /** The side whose value stays, or a value as Twenty holds it. */
  readonly choice: { readonly keep: Side } | { readonly value: Value };
  readonly by: string;
  readonly door: 'api' | 'sluice sync';
}

/** `value`: it cannot be brought into the other side's form. */
export type DecisionEnd =
  | { readonly ok: true; readonly eventId: string }
  | { readonly ok: false; readonly problem: 'unknown' | 'closed' | 'value'; readonly message: string };

/** What people do with the schedules of the configuration, each named `integration/name`. */
export interface Schedules {
  list(): Promise<readonly ScheduleState[]>;
  /** Fires now, into the inbox. */
  run(id: string, request: { readonly requestId: string; readonly by: string; readonly door: 'api' }): Promise<{ readonly eventId: string; readonly repeat: boolean; readonly nominalAt: string }>;
  /** Both throw when Temporal is away. */
  pause(id: string, by: string): Promise<void>;
  unpause(id: string, by: string): Promise<void>;
}

export interface ScheduleState {
  readonly id: string;
  readonly when: ScheduleSettings['when'];
  readonly state: 'active' | 'paused' | 'missing' | 'unknown';
  readonly note?: string;
  /** ISO 8601 instants. */
  readonly nextAt: readonly string[];
  readonly last?: { readonly at: string; readonly eventId: string; readonly states: Readonly<Record<string, number | undefined>>; readonly code?: string; readonly reason?: string };
}

/** A workspace whose record events arrive at `POST /twenty/{workspace}`. */
export interface TwentyHook {
  readonly secrets: readonly SecretRef[];
  /** Who wants the event; nobody means it is counted and dropped. */
  readonly route: RecordRouter;
}

/** How Twenty's events reach us, apart from what they say. */
export interface TwentyFeeds {
  /** A signed event came. Returns at once. */
  heard(workspace: string): void;
  /** Whether the event is about a record that was written only to see its event come; notes its arrival. Asked only for ids made like a probe's. */
  isProbe(recordId: string, action: RecordAction): Promise<boolean>;
  list(): Promise<readonly WorkspaceFeed[]>;
}

export interface GatewayOptions {
  /** Lets callers on this machine use the API without a token while none is set; for the local start only. */
  readonly trustLoopback?: boolean;
  /** How many proxies stand in front and append to X-Forwarded-For; 0 believes only the socket. */
  readonly trustProxy?: number;
  /** Longest time a sender may take for a body, in milliseconds; default 10,000. */
  readonly bodyTimeoutMs?: number;
  /** Longest time a commit may take before its senders are told to come back, in milliseconds; default 10,000. */
  readonly commitTimeoutMs?: number;
  /** Where secrets are looked up; default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  readonly log?: GatewayLog;
}

/** The part of a pino logger that the gateway uses. */
export interface GatewayLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface GatewayEnv {
  Bindings: HttpBindings;
}
