/** How long things are kept, counted from how the last delivery they belong to ended. */
export interface Retention {
  /** Bodies and headers of events, and the values that runs took from them. */
  readonly payloadDays: number;
  /** Deliveries, with their effects, events and sets. */
  readonly deliveryDays: number;
}

/** What is kept how long: by integration, and for those that are no longer configured. */
export interface RetentionPolicy {
  readonly otherwise: Retention;
  readonly byIntegration: ReadonlyMap<string, Retention>;
}
