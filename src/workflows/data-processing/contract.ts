import { z } from 'zod';

/** One row as it came, under the file's own column names. */
export type RawRow = Readonly<Record<string, unknown>>;

/** What is wrong with a row; a row has as many as there are. */
export interface RowProblem {
  /** Out of the list in docs/use-cases/data-processing.md, or one that the configuration gives. */
  readonly code: string;
  /** The column, `email`; of nested JSON `address.city`; empty for the row as a whole. */
  readonly path: string;
  /** For the person who corrects the row. */
  readonly message: string;
  /** What stood there, at most 200 characters. */
  readonly value?: string;
}

/** A row out of a body, or what kept it from being read. */
export interface ReadRow {
  /** From 1; a header is not counted. */
  readonly row: number;
  /** Line of the file on which it ends, from 1; undefined where there are no lines. */
  readonly line: number | undefined;
  readonly raw: RawRow;
  readonly problems: readonly RowProblem[];
}

/** Why reading stopped before the end, or could not begin. */
export interface FileProblem {
  readonly code: 'columns_missing' | 'quote_not_closed' | 'not_json' | 'no_rows_there' | 'file_gone' | 'body_too_large' | 'feed_unchanged';
  readonly message: string;
}

/** Where a record is looked for in Twenty. */
export interface RowLookup {
  /** Values by Twenty field, in the order in which they count: `{ 'emails.primaryEmail': 'ann@acme.example' }`. */
  readonly keys: Readonly<Record<string, string | number>>;
  /** Compared by score when no key hits. */
  readonly name?: string;
  readonly company?: { readonly domain?: string; readonly name?: string };
  /** E-mail address of an opportunity's point of contact. */
  readonly contact?: string;
}

/** What a row is to become. */
export interface RowPlan {
  /** Name of the target in the configuration; `write` for the usual one. */
  readonly target: string;
  /** Under Twenty's names, ready to be sent, blanks left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly lookup: RowLookup;
  /** The same row has the same key however often it comes. */
  readonly key: string;
  /** What the row says of itself as a whole and of its name, for duplicates inside the input. */
  readonly sameness: { readonly exact: readonly string[]; readonly name?: string };
  readonly tags: readonly string[];
}

export type CheckedRow =
  | { readonly state: 'ready'; readonly plan: RowPlan }
  | { readonly state: 'rejected'; readonly problems: readonly RowProblem[] }
  | { readonly state: 'skipped'; readonly code: string; readonly reason: string };

/** What a person decided about a held row, in the column `_sluice_decision`. */
export const Decision = z.union([z.literal('create'), z.uuid()]);
export type Decision = z.output<typeof Decision>;

/** How the rows of a file stand, by state, and rejected ones by code. */
export interface RowCounts {
  readonly total: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
}
