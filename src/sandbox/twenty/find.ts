import { decodeCursor, encodeCursor } from './cursor.ts';
import { compileFilter } from './filter.ts';
import type { CompiledFilter } from './filter.ts';
import type { ObjectModel } from './model.ts';
import { compareRecords, compileOrder } from './order.ts';
import type { SortKey } from './order.ts';
import type { StoredRecord } from './record.ts';
import { invalidQuery } from './refusal.ts';
import type { Workspace } from './workspace.ts';

export interface FindRequest {
  readonly filter?: unknown;
  readonly orderBy?: unknown;
  readonly first?: number;
  readonly last?: number;
  readonly after?: string;
  readonly before?: string;
  readonly offset?: number;
}

export interface Page {
  readonly records: readonly StoredRecord[];
  /** All that match the filter, on whatever page. */
  readonly totalCount: number;
  readonly keys: readonly SortKey[];
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

const defaultPageSize = 200;

export function findPage(workspace: Workspace, object: ObjectModel, request: FindRequest): Page {
  if (given(request.after) && given(request.before)) throw invalidQuery('Cannot provide both before and after');
  if (given(request.first) && given(request.last)) throw invalidQuery('Cannot provide both first and last');
  if ((request.first ?? 0) < 0) throw invalidQuery('First argument must be non-negative');
  if ((request.last ?? 0) < 0) throw invalidQuery('Last argument must be non-negative');
  const keys = compileOrder(workspace, object, request.orderBy);
  const matching = findMatching(workspace, object, compileFilter(workspace, object, request.filter));
  if (keys.length > 0) matching.sort((a, b) => compareRecords(keys, a, b));
  const backward = given(request.before) || given(request.last);
  const size = request.first ?? request.last ?? defaultPageSize;
  const side = sideOf(keys, matching, request);
  const rest = request.offset === undefined ? side : side.slice(request.offset);
  const records = backward ? rest.slice(Math.max(0, rest.length - size)) : rest.slice(0, size);
  const more = rest.length > size;
  // Walking backward, Twenty names the records in reading order but their cursors in walking order.
  const [first, last] = backward ? [records.at(-1), records[0]] : [records[0], records.at(-1)];
  return {
    records,
    totalCount: matching.length,
    keys,
    pageInfo: {
      startCursor: first === undefined ? null : encodeCursor(keys, first),
      endCursor: last === undefined ? null : encodeCursor(keys, last),
      hasNextPage: !backward && more,
      hasPreviousPage: backward && more,
    },
  };
}

/** Records that pass the filter, ascending by id; the trash only if the filter names `deletedAt` or `withTrash` says so. */
export function findMatching(workspace: Workspace, object: ObjectModel, filter: CompiledFilter, withTrash = false): StoredRecord[] {
  const table = workspace.table(object.nameSingular);
  const candidates = filter.candidates();
  const trash = withTrash || filter.namesDeletedAt;
  const matching: StoredRecord[] = [];
  const records = candidates === undefined ? table.all() : [...new Set(candidates)].flatMap((id) => table.get(id) ?? []);
  for (const record of records) if ((trash || record.deletedAt === null) && filter.matches(record) === true) matching.push(record);
  if (matching.length < table.size / 4) return matching.sort((a, b) => (a.id < b.id ? -1 : 1));
  const chosen = new Set(matching);
  return table.sorted().filter((record) => chosen.has(record));
}

function sideOf(keys: readonly SortKey[], records: readonly StoredRecord[], { after, before }: FindRequest): readonly StoredRecord[] {
  if (given(after)) {
    const side = decodeCursor(keys, after);
    return records.filter((record) => side(record) > 0);
  }
  if (!given(before)) return records;
  const side = decodeCursor(keys, before);
  return records.filter((record) => side(record) < 0);
}

function given<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
