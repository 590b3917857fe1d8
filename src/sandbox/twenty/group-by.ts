import { inspect } from 'node:util';
import { compositeOf } from './composites.ts';
import { compileFilter } from './filter.ts';
import { findMatching } from './find.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import { compareRecords, compileOrder } from './order.ts';
import type { StoredRecord } from './record.ts';
import { databaseRefusal, invalidQuery } from './refusal.ts';
import { evaluateView } from './views-evaluate.ts';
import type { Workspace } from './workspace.ts';

export interface GroupByRequest {
  readonly groupBy: unknown;
  readonly viewId?: unknown;
  readonly filter?: unknown;
  readonly limit?: number;
  readonly orderByForRecords?: unknown;
  readonly offsetForRecords?: number;
  /** REST takes a join column, `companyId`; GraphQL's inputs do not have it. */
  readonly joinColumns: boolean;
}

export interface Group {
  readonly values: readonly unknown[];
  readonly count: number;
  /** Ten at most. */
  readonly records: readonly StoredRecord[];
}

const defaultGroups = 50;
const recordsPerGroup = 10;

/** Groups the records that a view shows and a filter lets through. An id that is no view shows every record, as in Twenty. */
export function groupRecords(workspace: Workspace, object: ObjectModel, request: GroupByRequest): readonly Group[] {
  const dimensions = dimensionsOf(object, request);
  const view = typeof request.viewId === 'string' ? workspace.views.get(request.viewId) : undefined;
  const shown = view === undefined ? undefined : evaluateView(workspace, object, view);
  const matching = findMatching(workspace, object, compileFilter(workspace, object, request.filter), shown?.namesDeletedAt)
    .filter((record) => shown?.shows(record) ?? true);
  const groups = new Map<string, { values: readonly unknown[]; records: StoredRecord[] }>();
  for (const record of matching) {
    const values = dimensions.map((read) => read(record));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { values, records: [record] });
    else group.records.push(record);
  }
  const keys = compileOrder(workspace, object, request.orderByForRecords);
  const offset = request.offsetForRecords ?? 0;
  return [...groups.values()].slice(0, request.limit ?? defaultGroups).map(({ values, records }) => ({
    values, count: records.length, records: records.toSorted((a, b) => compareRecords(keys, a, b)).slice(offset, offset + recordsPerGroup),
  }));
}

type Dimension = (record: StoredRecord) => unknown;

function dimensionsOf(object: ObjectModel, { groupBy, joinColumns }: GroupByRequest): readonly Dimension[] {
  if (!Array.isArray(groupBy) || groupBy.length === 0) throw databaseRefusal(`Invalid group by: ${inspect(groupBy)}`);
  return groupBy.map((item: unknown) => {
    const entries = typeof item === 'object' && item !== null ? Object.entries(item) : [];
    const [name, value] = entries[0] ?? [];
    if (name === undefined || entries.length > 1) throw invalidQuery('You must provide exactly one field per group by item');
    return dimensionOf(object, name, value, joinColumns);
  });
}

function dimensionOf(object: ObjectModel, name: string, value: unknown, joinColumns: boolean): Dimension {
  const column = object.columnByName.get(name);
  const join = column?.field.relation !== undefined;
  if (column === undefined || (join && !joinColumns) || !isGroupable(column.field)) throw unsupported(name);
  if (join) return (record) => record[name] ?? null;
  if (column.type === 'DATE' || column.type === 'DATE_TIME') return dateDimension(name, value);
  const composite = compositeOf(column.type);
  if (composite === undefined) return (record) => record[name] ?? null;
  const [part] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (part === undefined || composite.subByName.get(part) === undefined) throw unsupported(`${name}.${part ?? ''}`);
  return (record) => (record[name] as Record<string, unknown> | null)?.[part] ?? null;
}

/** The fields that the group-by inputs of the introspection document have. */
function isGroupable({ name, type }: FieldModel): boolean {
  if (name === 'id' || name === 'deletedAt') return false;
  return !['POSITION', 'ACTOR', 'TS_VECTOR', 'RAW_JSON', 'FILES'].includes(type);
}

/** Only the granularities of the running calendar; the others have not been seen. */
function dateDimension(name: string, value: unknown): Dimension {
  const granularity = (value as { granularity?: unknown } | null)?.granularity;
  const length = { YEAR: 4, MONTH: 7, DAY: 10 }[String(granularity)];
  if (length === undefined) throw unsupported(`${name} ${String(granularity)}`);
  return (record) => (typeof record[name] === 'string' ? `${record[name].slice(0, length)}${'-01-01'.slice(length - 4)}T00:00:00.000Z` : null);
}

function unsupported(name: string): Error {
  return invalidQuery(`Field "${name}" is not supported in groupBy`);
}
