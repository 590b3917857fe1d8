import type { z } from 'zod';
import type { Urgency } from '../domain/delivery.ts';
import type { NewDelivery, NewEvent } from '../domain/event.ts';
import type { RecordAction, Settling } from '../domain/record-event.ts';
import type { Retention } from '../domain/retention.ts';
import type { ToolWish } from './connection.ts';
import type { WorkspaceNeeds } from './needs.ts';
import type { SecretRef } from './secret.ts';
import type { TwentyWorkspace } from './workspaces.ts';

/** A use case's card: what the rest of the house knows of it. `S` is the shape of its settings after validation. */
export interface UseCase<S = unknown> {
  /** Folder name, `web-forms`. */
  readonly name: string;
  /** The exported workflow function, `webForms`. */
  readonly workflowType: string;
  readonly settings: z.ZodType<S>;
  readonly urgency: Urgency;
  /** Fills what the settings leave to the workspace; done once, after validation. */
  inherit?(settings: S, workspace: WorkspaceDefaults): S;
  /** Names of the connections a run needs; a set is claimed only when all of them are healthy. */
  connections(settings: S): readonly string[];
  /** Names of breakers beside those: of connections that a run can do without. A person is told when they are out of order. */
  alsoUses?(settings: S): readonly string[];
  /** Tools among the connections, each in the role it is used in; a connection that cannot do that is a mistake in the configuration. */
  tools?(settings: S): readonly ToolWish[];
  /** How `POST /hooks/{integration}` is read; undefined when the use case takes no webhooks. */
  hook?(settings: S): Hook | undefined;
  /** Which changes of Twenty records it listens to; undefined when to none. */
  records?(settings: S): readonly RecordInterest[];
  /** What it needs of the workspace beyond the standard model: `sluice setup` makes it. */
  needs?(settings: S): WorkspaceNeeds;
  /** What holds a storm of record events back; undefined leaves the defaults. */
  guards?(settings: S): Guards;
  /** How it is started by hand; undefined when it cannot be. */
  manual?(settings: S): ManualStart | undefined;
  /** When it is started by the clock. */
  schedules?(settings: S): readonly ScheduleSettings[];
  /**
   * Loads the use case's own activities: a function from what the worker hands to all (`ActivityDeps`) to activities by name.
   * Only the worker calls it, so that nobody else carries their weight.
   */
  activities(): Promise<(deps: never) => object>;
  readonly samples: readonly Sample[];
}

/** Changes of one Twenty object that an integration wants. What it does not want is counted and dropped before it costs anything. */
export interface RecordInterest {
  /** Singular name, `person`. */
  readonly object: string;
  /** The Twenty connection whose records these are. */
  readonly connection: string;
  readonly actions: readonly RecordAction[];
  /** Fields whose change matters; of relations the field's name, `company`. An `updated` in which none of them changed is dropped. */
  readonly watch: readonly string[];
  /** Only records like this one; undefined wants all. Pure and quick. Sure to be there are only watched fields, `id`, dates, `createdBy` and `updatedBy`. */
  matches?(record: Readonly<Record<string, unknown>>): boolean;
  /** Only when the field comes to hold one of these values, which it did not when it was last looked at. */
  readonly transition?: { readonly field: string; readonly to: readonly string[] };
  /** Every edit counts, not the latest state alone: what comes after something newer is news, and an echo of our own covers nothing. */
  readonly everyEdit?: boolean;
  /** Makes no run: it is listened to for the sake of deliveries that wait for the data of such a record (`awaitRecords` in the store). */
  readonly awaited?: boolean;
  readonly settle?: Settling;
  /** What the lanes of these records begin with, where an integration listens to records of two workspaces: ids of both could be the same. */
  readonly lane?: string;
}

/** Brakes on record events. */
export interface Guards {
  /** More runs than this for one record within an hour are held: something seems to write it again and again. */
  readonly maxRunsPerRecordPerHour: number;
  /** More records than this waiting at once are a storm: worked in sets, or held until a person releases them. */
  readonly flood: { readonly above: number; readonly then: 'sets' | 'hold' };
}

/** What a start by hand may name. */
export interface ManualStart {
  /** `records`: every selected record becomes a delivery of its own. `nothing`: one run, no record selected. */
  readonly over:
    | { readonly kind: 'records'; readonly object: string; readonly connection: string; /** A start may name none: then `input` says what is to be done. */ readonly optional?: boolean }
    | { readonly kind: 'nothing' };
}

/** A start by the clock, reconciled with Temporal's Schedules. */
export interface ScheduleSettings {
  /** Unique within the integration, `nightly`. */
  readonly name: string;
  readonly when: { readonly cron: string } | { readonly everyMs: number; readonly offsetMs?: number };
  /** IANA name; the workspace's unless said. */
  readonly timeZone?: string;
  readonly jitterMs?: number;
  /** What happens to a firing while the last one is still at work; default `skip`, which leaves an event that says so. */
  readonly overlap?: 'skip' | 'buffer-one' | 'buffer-all' | 'allow';
  /** Firings missed while Temporal was away are made up for if they are no older than this. */
  readonly catchUpWithinMs?: number;
  readonly paused?: boolean;
  /** The records it runs over; undefined when it starts one run without any. */
  readonly over?: { readonly object: string; readonly connection: string; readonly selection: unknown };
}

/** What every integration may take over from the workspace. */
export interface WorkspaceDefaults {
  /** Which connections reach Twenty, and the names under which their events come. */
  readonly twenty: readonly TwentyWorkspace[];
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** Two letters, `DE`; undefined when only international phone numbers are to be read. */
  readonly country?: string;
}

/** A configured use case as a builder such as `webForms({...})` returns it; validated by `defineConfig`. */
export interface IntegrationInput {
  readonly useCase: UseCase;
  readonly settings: unknown;
}

/** A configured, validated integration. */
export interface Integration<S = unknown> {
  readonly name: string;
  readonly useCase: UseCase<S>;
  readonly settings: S;
  /** Its share of what is claimed when several have a backlog. */
  readonly weight: number;
  /** How many go out within an hour at most. */
  readonly hourly: { readonly mails: number; readonly invoices: number };
  readonly retention: Retention;
}

/** How a webhook is checked and read, before anything is stored. Nothing here calls outside. */
export interface Hook {
  /** The signature scheme's name (a row of the gateway's table) and its live secrets; `none` must be configured in words. */
  readonly verification: Verification;
  /** Media types accepted; anything else is 415. */
  readonly contentTypes: readonly string[];
  /** Upper limit of the body in bytes; above it 413. */
  readonly maxBodyBytes: number;
  /** Longest time a sender may take for a body; the gateway's own limit unless said. */
  readonly bodyTimeoutMs?: number;
  /** Origins a browser may post from (CORS and origin check); undefined allows any, an empty list none. */
  readonly allowedOrigins?: readonly string[];
  /** Where a browser form is sent afterwards (303). */
  readonly thankYouUrl?: string;
  /** Submissions a minute from one address; above it 429. */
  readonly perAddressPerMinute?: number;
  /** Human check by a captcha service, done after reading. */
  readonly captcha?: { readonly provider: 'turnstile' | 'hcaptcha'; readonly secret: SecretRef; readonly verifyUrl?: string };
  read(request: HookRequest): HookReading | Promise<HookReading>;
}

export type Verification =
  | { readonly scheme: string; readonly secrets: readonly SecretRef[]; readonly options?: Readonly<Record<string, string>> }
  | { readonly scheme: 'none' };

export interface HookRequest {
  /** Media type in lower case without parameters. */
  readonly contentType: string;
  /** The whole Content-Type header (multipart boundary, charset). */
  readonly contentTypeHeader: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type HookReading =
  | {
      readonly kind: 'event';
      readonly dedupe: NewEvent['dedupe'];
      readonly laneKey: string;
      /** One delivery for each of these records, in a lane of its own, instead of one for the event. */
      readonly records?: readonly { readonly id: string; readonly settle?: Settling }[];
      readonly urgency?: Urgency;
      readonly outcome?: NewDelivery['outcome'];
      /** The captcha answer found in the body. */
      readonly captchaToken?: string;
      /** What is stored instead of the body, from a sender that repeats its secret in it. */
      readonly keep?: Uint8Array;
    }
  /** A provider's handshake: answered, never stored. */
  | { readonly kind: 'answer'; readonly status: 200; readonly body: unknown }
  /** Not something this source may send: nothing is stored, the sender is told the path and the remedy. */
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 415 | 422; readonly path: string; readonly problem: string };

/** A payload that shows the use case, of one that listens to records an event as Twenty posts it, of one that is started by hand the body of its start: `npm start` does it, `sluice try` shows what it would do. */
export interface Sample {
  readonly name: string;
  readonly contentType: string;
  readonly body: string;
}
