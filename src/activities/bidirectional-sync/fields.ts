import type { RunInput } from '../../domain/run.ts';
import type { Value, Values } from '../../domain/sync.ts';
import type { CounterpartObject, CounterpartRecord } from '../../connectors/counterpart.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import type { BidirectionalSyncSettings } from '../../workflows/bidirectional-sync/settings.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** A record of Twenty as one side of a pair. */
export function readTwentyRecord(record: Record_, settings: BidirectionalSyncSettings): SideRead {
  const deletedAt = record['deletedAt'];
  return {
    id: String(record['id']),
    values: Object.fromEntries(Object.entries(settings.fields).map(([name, { twenty }]) => [name, valueAt(record, twenty)])),
    changedAtMs: Date.parse(String(record['updatedAt'])),
    hidden: typeof deletedAt === 'string' && deletedAt !== '',
  };
}

/** A record of the other side as one side of a pair. */
export function readExternalRecord(record: CounterpartRecord, settings: BidirectionalSyncSettings): SideRead {
  return {
    id: record.id,
    values: Object.fromEntries(Object.entries(settings.fields).map(([name, { external }]) => [name, record.fields[external] ?? null])),
    changedAtMs: record.changedAtMs,
    version: record.version,
    hidden: record.archived === true,
  };
}

/** What is asked for of the other side. */
export function externalObject({ external, fields }: BidirectionalSyncSettings): CounterpartObject {
  return { name: external.object, fields: [...new Set(Object.values(fields).map((one) => one.external))] };
}

/** Fields to read of a record of Twenty, composites whole. */
export function twentyFields({ fields, write }: BidirectionalSyncSettings): readonly string[] {
  return [...new Set([...Object.values(fields).map(({ twenty }) => twenty.split('.')[0]!), ...Object.values(write)])];
}

/**
 * Values by field as a patch of a record of Twenty. A part of a composite is put into the whole as it is now, since what is left
 * out of a composite is emptied on some of Twenty's paths.
 */
export function twentyPatch(values: Values, current: Record_, { fields }: BidirectionalSyncSettings): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const [field, part] = fields[name]!.twenty.split('.') as [string, string | undefined];
    if (part === undefined) patch[field] = value;
    else patch[field] = { ...((patch[field] ?? current[field] ?? {}) as Record_), [part]: value ?? '' };
  }
  return patch;
}

/** Values by field under the other side's own names. */
export function externalPatch(values: Values, { fields }: BidirectionalSyncSettings): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [fields[name]!.external, value]));
}

/** The values of some fields only. */
export function only(values: Values, names: Iterable<string>): Values {
  return Object.fromEntries([...names].map((name) => [name, values[name] ?? null]));
}

export function valueAt(record: Record_, path: string): Value {
  const [field, part] = path.split('.') as [string, string | undefined];
  const value = record[field];
  if (part === undefined) return (value ?? null) as Value;
  return ((typeof value === 'object' && value !== null ? (value as Record_)[part] : undefined) ?? null) as Value;
}

/** A change of a link is known by the run that makes it: links are written again and again. */
export function writeKey(run: RunInput, pairKey: string, side: string): string {
  return `${run.integration}/${pairKey}/${side}/${run.setId}`;
}
