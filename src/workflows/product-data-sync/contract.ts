import { z } from 'zod';

/** What a metric is in Twenty. */
export type MetricType = 'number' | 'text' | 'day' | 'instant' | 'yes-no' | 'money';

/** What several rows of one company make together; blanks count for nothing. */
export type Combine = 'last' | 'first' | 'sum' | 'max' | 'min' | 'count';

/** A value that has been read: numbers as the shortest decimal text, days and instants in ISO 8601. */
export type MetricValue = string | boolean;

/** By what a row says which company it is of. */
export interface CompanyKeys {
  readonly externalId?: string | undefined;
  /** Whole, `app.acme.example`. */
  readonly host?: string | undefined;
  /** The registered part of it, `acme.example`. */
  readonly domain?: string | undefined;
  readonly name?: string | undefined;
}

/** A row as it is kept while the warehouse is read. */
export interface StagedRow {
  /** Rows with the same key are of one company: `id:42`, `domain:acme.example` or `name:acme`. */
  readonly key: string;
  readonly keys: CompanyKeys;
  readonly values: Readonly<Record<string, MetricValue>>;
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/** All rows of one company as one. */
export interface CompanyRow {
  readonly key: string;
  readonly keys: CompanyKeys;
  readonly rows: number;
  readonly values: Readonly<Record<string, MetricValue>>;
  readonly problems: readonly string[];
}

/** How a metric of a company stands, kept by Sluice; Twenty's own field may be edited by anybody. */
export interface Standing {
  /** At the last sync. */
  readonly value: number;
  /** Under the threshold. */
  readonly under: boolean;
  /** The threshold that `under` was judged by. */
  readonly below: number | undefined;
  /** It has fallen by the percentage, and has to rise above this to have recovered. */
  readonly dropLine: number | undefined;
  /** How many times it has fallen and somebody was to be told; names the task. */
  readonly fall: number;
  /** The task of this fall has not been made yet. */
  readonly owed: boolean;
}

/** What a function in the configuration may make of a row. */
export const PreparedRow = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]), { error: 'it must answer an object with a value for each column, or undefined' }).optional();

/** How a company or row ended. Those in `TOLD` are listed for people. */
export type CompanyState = 'planned' | 'written' | 'unchanged' | 'created' | (typeof TOLD)[number];

export const TOLD = ['unmatched', 'ambiguous', 'same_company', 'trashed', 'unreadable', 'no_key', 'deleted', 'refused'] as const;
