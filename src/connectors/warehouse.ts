/** A tool in the role `warehouse`: it is read page by page, and goes on from a page where somebody else left off. */
export interface Warehouse {
  readonly service: string;
  /**
   * Starts the read (no cursor) or goes on with it; one request. Throws only ConnectorError: `rejected`, with the warehouse's own words,
   * for a query that it does not run and for a source of another kind than it reads.
   */
  readPage(source: WarehouseSource, cursor: string | undefined, call: WarehouseCall): Promise<WarehousePage>;
  /** Reads a source in one go that cannot be gone on with; only where the source has no order. Pages follow each other in one stream. */
  stream?(source: WarehouseSource, call: WarehouseCall): AsyncIterable<readonly WarehouseRow[]>;
}

/** As every connector is called, see `ToolCall`. */
export interface WarehouseCall {
  pace(tokens: number, state?: { readonly midway: boolean }): Promise<void>;
  readonly signal?: AbortSignal;
}

/** Numbers may come as texts, so that no digit is lost; days and instants come as ISO 8601 texts. */
export type WarehouseValue = string | number | boolean | null;
/** By the names of the columns as the warehouse gives them. */
export type WarehouseRow = Readonly<Record<string, WarehouseValue>>;

/** What is read; the same from the first page to the last. */
export interface WarehouseSource {
  /** In the warehouse's own SQL. */
  readonly query?: string | undefined;
  /** A table or view, where there is no SQL; with `filter` in the words of the service. */
  readonly table?: string | undefined;
  readonly filter?: Readonly<Record<string, string>> | undefined;
  /** The columns that are wanted, where a choice can be made. */
  readonly columns: readonly string[];
  /** Columns that together tell every row from every other; rows are read in their order. */
  readonly orderBy: readonly string[];
  readonly pageRows: number;
  /** A UUID by which the warehouse may know a repeated start again. */
  readonly requestId: string;
}

export type WarehousePage =
  /** `next` goes on from here; without it this was the last page. */
  | { readonly kind: 'rows'; readonly rows: readonly WarehouseRow[]; readonly next?: string }
  /** The warehouse is still at work; `next` asks again. */
  | { readonly kind: 'running'; readonly next: string; readonly askAgainMs: number }
  /** The result that the cursor speaks of is not kept any more: the read has to start anew. */
  | { readonly kind: 'expired' };
