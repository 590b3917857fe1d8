import type { Outcome, Urgency } from './delivery.ts';
import type { RecordAction, RecordRule, SeenRecord, Settling } from './record-event.ts';

/** An arriving event as the gateway hands it to the inbox: stored once per (source, dedupe key), with its deliveries. */
export interface NewEvent {
  /** Who sent it: `hook:contact-form`, `twenty:main`. */
  readonly source: string;
  readonly dedupe: {
    readonly key: string;
    /** A repeat counts only within this sliding time since it was last seen; undefined means for ever. Milliseconds. */
    readonly windowMs?: number;
  };
  readonly contentType: string;
  /** Headers worth keeping, names in lower case; never a signature, a cookie or a credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body exactly as it came. */
  readonly body: Uint8Array;
  /** How the sender was verified at receipt (`typeform`, `unauthenticated as configured`). Replays never check again. */
  readonly verdict: string;
  /** For an event about a Twenty record. What is older than what was seen of the record ends at once as `skipped: stale`. */
  readonly record?: SeenRecord;
  readonly deliveries: readonly NewDelivery[];
}

/** One integration that wants the event. */
export interface NewDelivery {
  readonly integration: string;
  /** Deliveries of one integration with one lane key run one at a time, in order of arrival. */
  readonly laneKey: string;
  readonly urgency: Urgency;
  /** Plan only: reads are real, what would be changed ends as a plan. */
  readonly dryRun?: boolean;
  /** The Twenty record it is about; of an event, with how it is weighed and how long it settles; `everyEdit`: what is older than what is known is news all the same. */
  readonly record?: { readonly id: string; readonly action?: RecordAction; readonly rule?: RecordRule; readonly settle?: Settling; readonly everyEdit?: boolean };
  /** Starts this workflow instead of the use case's own: an event that first has to become deliveries of records. */
  readonly workflowType?: string;
  /** Already decided at the door (a filled honeypot): the delivery is stored with its end. */
  readonly outcome?: Outcome & { readonly state: 'skipped' };
}

/** What the inbox answers: the id of the event, and whether it was already there. */
export interface Accepted {
  readonly eventId: string;
  readonly repeat: boolean;
}
