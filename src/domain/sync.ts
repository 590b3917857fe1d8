/** One of the two systems that are kept in step. */
export type Side = 'twenty' | 'external';

/** A value as JSON knows it; absent is null. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A field of a link as both sides hold it, each in its own form. */
export type Both = Readonly<Record<Side, Value>>;

/** Values of fields by their name in the configuration. */
export type Values = Readonly<Record<string, Value>>;

/** What a run was about to write, by side and field, of which nobody has heard how it ended. */
export interface PendingWrites extends Readonly<Record<Side, Values>> {
  /** What it had read of these fields, and when the record had last been changed then, milliseconds since 1970. */
  readonly read?: Readonly<Partial<Record<Side, Readonly<Record<string, { readonly before: Value; readonly atMs: number }>>>>>;
}

/**
 * A write without a condition: whatever somebody wrote between our read and it is covered by it, and only the event of that edit still knows
 * of it. Times are the record's own, milliseconds since 1970.
 */
export interface SyncWrite {
  readonly side: Side;
  /** When the record had last been changed as it was read for this write. */
  readonly readAtMs: number;
  /** When the write came to be, as the record says afterwards. */
  readonly atMs: number;
  /** What each field held before, and holds since. */
  readonly fields: Readonly<Record<string, { readonly before: Value; readonly value: Value }>>;
}

export function other(side: Side): Side {
  return side === 'twenty' ? 'external' : 'twenty';
}

/** Empty texts, empty lists and composites of nothing else are what Twenty answers for nothing. */
export function isBlank(value: Value): boolean {
  if (value === null || value === '') return true;
  if (typeof value !== 'object') return typeof value === 'string' && value.trim() === '';
  return Array.isArray(value) ? value.every(isBlank) : Object.values(value).every(isBlank);
}

/** Whether two values of one side are the same; the order of keys and the kind of blank do not count. */
export function same(a: Value, b: Value): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Value): string {
  if (isBlank(value)) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value as Readonly<Record<string, Value>>).filter(([, one]) => !isBlank(one)).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join()}}`;
}
