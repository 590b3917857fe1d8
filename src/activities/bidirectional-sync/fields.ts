import type { RunInput } from '../../domain/run.ts';
import type { Side, SyncWrite, Value, Values } from '../../domain/sync.ts';
import type { CounterpartObject, CounterpartRecord } from '../../connectors/counterpart.ts';
import { patchOf, valueAt, wholly } from '../../connectors/twenty/index.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import type { FieldRule } from '../../workflows/bidirectional-sync/merge.ts';
import type { BidirectionalSyncSettings } from '../../workflows/bidirectional-sync/settings.ts';

export { valueAt };

type Record_ = Readonly<Record<string, unknown>>;

/** A record of Twenty as one side of a pair. */
export function readTwentyRecord(record: Record_, settings: BidirectionalSyncSettings): SideRead {
  const { deletedAt, updatedBy } = record;
  const by = (updatedBy as { readonly name?: unknown } | null | undefined)?.name;
  return {
    id: String(record['id']),
    values: Object.fromEntries(Object.entries(settings.fields).map(([name, { twenty }]) => [name, valueAt(record, twenty)])),
    changedAtMs: Date.parse(String(record['updatedAt'])),
    ...(typeof by === 'string' && by !== '' ? { changedBy: by } : {}),
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
  return [...new Set([...Object.values(fields).map(({ twenty }) => wholly(twenty.split('.')[0]!)), ...Object.values(write)])];
}

/** Values by field as a patch of a record of Twenty. */
export function twentyPatch(values: Values, current: Record_, { fields }: BidirectionalSyncSettings): Record<string, unknown> {
  return patchOf(Object.fromEntries(Object.entries(values).map(([name, value]) => [fields[name]!.twenty, value])), current);
}

/** Values by field under the other side's own names. */
export function externalPatch(values: Values, { fields }: BidirectionalSyncSettings): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [fields[name]!.external, value]));
}

/** The values of some fields only. */
export function only(values: Values, names: Iterable<string>): Values {
  return Object.fromEntries([...names].map((name) => [name, values[name] ?? null]));
}

/** What a new record starts with: everything that the mapping carries that way. */
export function valuesForNew(side: Side, from: SideRead, rules: readonly FieldRule[]): Values {
  const barred = side === 'external' ? 'from-external' : 'to-external';
  return Object.fromEntries(rules.filter(({ direction }) => direction !== barred).flatMap((rule) => {
    const value = from.values[rule.name] ?? null;
    const made = side === 'external' ? rule.toExternal(value) : rule.toTwenty(value);
    return made === null || made === '' ? [] : [[rule.name, made]];
  }));
}

/**
 * A write as it is remembered, since one without a condition may cover an edit; undefined where its moments are not known. Composites may be
 * written whole: when one of their fields is written, all that are mapped are.
 */
export function writeOf(side: Side, before: SideRead, after: SideRead, names: readonly string[], { fields }: BidirectionalSyncSettings): SyncWrite | undefined {
  const [readAtMs, atMs] = [before.changedAtMs ?? Number.NaN, after.changedAtMs ?? Number.NaN];
  if (Number.isNaN(readAtMs + atMs)) return undefined;
  const wholeOf = (name: string): string => fields[name]![side].split('.')[0]!;
  const touched = new Set(names.map(wholeOf));
  const written = Object.keys(fields).filter((name) => touched.has(wholeOf(name)));
  return { side, readAtMs, atMs, fields: Object.fromEntries(written.map((name) => [name, { before: before.values[name] ?? null, value: after.values[name] ?? null }])) };
}

/** A change of a link is known by the run that makes it: links are written again and again. */
export function writeKey(run: RunInput, pairKey: string, side: string): string {
  return `${run.integration}/${pairKey}/${side}/${run.setId}`;
}
