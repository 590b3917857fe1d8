import type { Value } from '../domain/sync.ts';
import type { ToolCall } from './tool.ts';

/** What is kept in step: a table, an object, a resource, under the tool's own name. */
export interface CounterpartObject {
  readonly name: string;
  /** Fields to read, under the tool's own names; dots lead into composites. The id and the version always come along. */
  readonly fields: readonly string[];
}

/** A record as the other side holds it now. */
export interface CounterpartRecord {
  readonly id: string;
  /** By the names that were asked for; absent is null. */
  readonly fields: Readonly<Record<string, Value>>;
  /** Changes with every change of the record: an ETag, a row version. Undefined where the tool has none. */
  readonly version?: string | undefined;
  /** When it was last changed, milliseconds since 1970; undefined where the tool does not say. */
  readonly changedAtMs?: number | undefined;
  /** In its trash: still there, but nobody sees it. */
  readonly archived?: boolean;
  /** The id that was asked for, when the record has come to stand for that one too: they were merged over there. */
  readonly mergedFrom?: string;
  /** Ids of the records that were merged into this one, where the tool says so without being asked for them. */
  readonly standsFor?: readonly string[];
  /** Of a record that was found by a field: what else it holds of the kind, such as further e-mail addresses. */
  readonly otherKeys?: readonly string[];
}

export interface CounterpartPage {
  readonly records: readonly CounterpartRecord[];
  /** What to ask for next; undefined after the last page. */
  readonly next: string | undefined;
}

export interface ChangesPage {
  readonly records: readonly CounterpartRecord[];
  /** Ids that the tool says are gone for good. Only a hint: a delete is believed after a complete read. */
  readonly gone: readonly string[];
  /** Where to go on, now if `more`, else next time. Reading from it again may bring records twice and never loses one. */
  readonly cursor: string;
  readonly more: boolean;
}

/** A record to be made. `key` is the same on every attempt: an idempotency key where the tool takes one. */
export interface CounterpartCreate {
  readonly key: string;
  readonly fields: Readonly<Record<string, Value>>;
}

export interface CounterpartUpdate {
  readonly id: string;
  /** Only what differs. */
  readonly fields: Readonly<Record<string, Value>>;
  /** As last read: the tool refuses the write when the record has changed since, where it can. */
  readonly version?: string | undefined;
}

/** How a write of one record ended. `record` is what the tool holds afterwards, as it says itself. */
export type CounterpartEnd =
  | { readonly status: 'done'; readonly record: CounterpartRecord }
  /** Changed since it was read; nothing was written. */
  | { readonly status: 'changed' }
  | { readonly status: 'gone' }
  /** Of a create: there is one already that holds this unique value. */
  | { readonly status: 'exists'; readonly id: string | undefined; readonly message: string }
  | { readonly status: 'rejected'; readonly message: string };

/** A tool in the role `counterpart`: the other side of a two-way sync. Its methods throw only ConnectorError and retry nothing. */
export interface Counterpart {
  readonly service: string;
  /** Records one request reads or writes at most. */
  readonly atOnce: number;
  /** The records of these ids that exist, archived ones included and marked; at most `atOnce`. */
  get(object: CounterpartObject, ids: readonly string[], call: ToolCall): Promise<readonly CounterpartRecord[]>;
  /** Records whose field holds exactly one of the values, upper and lower case of e-mail addresses alike; at most `atOnce` values. */
  find(object: CounterpartObject, field: string, values: readonly string[], call: ToolCall): Promise<readonly CounterpartRecord[]>;
  /** What changed since the cursor; from now on when there is none. */
  changes(object: CounterpartObject, cursor: string | undefined, call: ToolCall): Promise<ChangesPage>;
  /** A page of all records, so that a whole walk brings each that was there throughout exactly once. */
  all(object: CounterpartObject, cursor: string | undefined, call: ToolCall): Promise<CounterpartPage>;
  /** Makes records; the ends stand in their order. */
  create(object: CounterpartObject, records: readonly CounterpartCreate[], call: ToolCall): Promise<readonly CounterpartEnd[]>;
  update(object: CounterpartObject, rows: readonly CounterpartUpdate[], call: ToolCall): Promise<readonly CounterpartEnd[]>;
  /** Archives where the tool can and `forGood` is not said, else deletes. Answers the ids that are gone from sight now, those that were before included. */
  remove(object: CounterpartObject, ids: readonly string[], forGood: boolean, call: ToolCall): Promise<readonly string[]>;
  /** True where a create with the same key is recognised by the tool for at least a day. */
  readonly knowsKeys: boolean;
}
