/** Where a delivery stands. The last five are ends; `waiting` and `held` stand in front of a person or a condition. */
export type DeliveryState =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'held'
  | 'succeeded'
  | 'skipped'
  | 'failed'
  | 'superseded'
  | 'discarded';

/** Urgent work is claimed and paced before bulk work, always. */
export type Urgency = 'urgent' | 'bulk';

/** What a `waiting` delivery waits for. What waits for credits, a credential or a service until a certain time waits for a connection, and that one is told of. */
export type WaitingFor = 'person' | 'credits' | 'data' | 'credential' | 'hour' | 'service';

/** How a delivery ended, with a code to group by and a reason a salesperson understands. */
export type Outcome =
  | { readonly state: 'succeeded'; readonly code: string; readonly reason?: string }
  | { readonly state: 'skipped' | 'failed' | 'held'; readonly code: string; readonly reason: string }
  | { readonly state: 'waiting'; readonly code: string; readonly reason: string; readonly waitingFor: WaitingFor; readonly untilMs?: number };
