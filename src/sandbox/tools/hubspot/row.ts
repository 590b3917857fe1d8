export type Properties = Readonly<Record<string, string | null>>;

/** A record as it is now. */
export interface Row {
  readonly id: string;
  readonly properties: Properties;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
}

/** What a webhook subscription would send of a change, but for what belongs to the sending. */
export interface CrmEvent {
  readonly type: 'creation' | 'propertyChange' | 'deletion' | 'merge' | 'restore' | 'privacyDeletion';
  readonly object: string;
  readonly objectId: string;
  readonly occurredAt: number;
  readonly more: Readonly<Record<string, unknown>>;
}

export interface CrmOptions {
  /** Properties that the account has added, by object. */
  readonly properties?: Readonly<Record<string, readonly string[]>>;
  /** How late the search knows of a change, milliseconds. */
  readonly searchLagMs?: number;
  readonly now?: () => number;
}
