/** One call as the sandbox served it. One GraphQL root field is one call. */
export interface LedgerEntry {
  /** Counts from 0 over the life of the sandbox. */
  readonly index: number;
  readonly at: string;
  readonly kind: 'graphql' | 'rest' | 'metadata';
  /** The root field (`createPeople`) or method and path (`PATCH /rest/people`). */
  readonly operation: string;
  /** Singular name of the object. */
  readonly object?: string;
  /** Taken from the bucket: 1 for a served record call, 0 for a refused one and for metadata. */
  readonly tokens: number;
  /** Records found or written. */
  readonly records: number;
  readonly outcome: 'served' | 'refused by limit' | 'error';
  /** The message of a refusal or an error. */
  readonly message?: string;
  /** Set when an injected fault spoiled the call. */
  readonly fault?: string;
  readonly elapsedMs: number;
  readonly writes?: Writes;
}

/** Ids by what was done to them. A revived record was taken out of the trash by an upsert and counts as updated too. */
export type Writes = { readonly [K in WriteKind]?: readonly string[] };

export type WriteKind = 'created' | 'updated' | 'deleted' | 'destroyed' | 'restored' | 'revived';

export class Ledger {
  readonly #entries: LedgerEntry[] = [];

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  since(index: number): readonly LedgerEntry[] {
    return this.#entries.slice(index);
  }

  add(entry: Omit<LedgerEntry, 'index'>): void {
    this.#entries.push({ index: this.#entries.length, ...entry });
  }

  /** Record calls that asked for a token, served or not. */
  recordCalls(): readonly LedgerEntry[] {
    return this.#entries.filter((entry) => entry.kind !== 'metadata');
  }

  tokensTaken(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.tokens, 0);
  }

  refusals(): readonly LedgerEntry[] {
    return this.#entries.filter((entry) => entry.outcome === 'refused by limit');
  }

  /** Everything written, by kind, in order; an id that was written twice appears twice. */
  written(kind: WriteKind): readonly string[] {
    return this.#entries.flatMap((entry) => entry.writes?.[kind] ?? []);
  }
}
