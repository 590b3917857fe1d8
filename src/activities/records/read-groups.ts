import type { RunInput } from '../../domain/run.ts';
import type { RelatedRecord, RelatedWish } from '../../connectors/twenty/index.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import { endGroups, type RecordGroup, type RecordItem } from './record-groups.ts';

export interface GroupsRead<T extends RecordItem, X> {
  /** The groups whose record is there, each with the record; those that are gone or cannot be read have ended. */
  readonly live: readonly { readonly group: RecordGroup<T>; readonly record: RelatedRecord }[];
  /** Records that are nowhere any more, not even in the trash. */
  readonly destroyed: readonly string[];
  readonly more: X | undefined;
}

/**
 * Reads the records of a set, each with one related record, in one call for 200. What is in the trash or destroyed ends as skipped, and
 * when the workspace lacks a field all end as failed with the remedy. `more` is read right after, in the same activity. `noun` is what a
 * person calls such a record, “person”.
 */
export async function readGroups<T extends RecordItem, X = undefined>(
  deps: ActivityDeps, run: RunInput, wish: RelatedWish & { readonly connection: string; readonly noun: string }, groups: readonly RecordGroup<T>[],
  more?: (records: readonly RelatedRecord[], context: StepContext) => Promise<X>,
): Promise<GroupsRead<T, X>> {
  if (groups.length === 0) return { live: [], destroyed: [], more: undefined };
  const { connection, noun } = wish;
  const read = await onConnection(deps, run, connection, async (context) => {
    const answer = await deps.twenty(connection).related.read(wish, groups.map(({ recordId }) => recordId), context);
    return answer.ok ? { ...answer, more: await more?.(answer.records, midway(context)) } : answer;
  });
  if (!read.ok) {
    const outcome = { state: 'failed', code: 'field_missing', reason: missingWords(read.missing) } as const;
    await endGroups(deps, run, groups.map((group) => ({ group, outcome })));
    return { live: [], destroyed: [], more: undefined };
  }
  const known = new Map(read.records.map((record) => [record.id, record]));
  const live = groups.flatMap((group) => {
    const record = known.get(group.recordId);
    return record === undefined || isTrashed(record) ? [] : [{ group, record }];
  });
  const kept = new Set(live.map(({ group }) => group));
  const gone = groups.filter((group) => !kept.has(group));
  await endGroups(deps, run, gone.map((group) => ({
    group,
    outcome: { state: 'skipped', code: 'deleted', reason: known.has(group.recordId) ? `The ${noun} is in the trash of Twenty.` : `There is no such ${noun} in Twenty, or not any more.` },
  })));
  return { live, destroyed: gone.filter(({ recordId }) => !known.has(recordId)).map(({ recordId }) => recordId), more: read.more };
}

function isTrashed({ deletedAt }: RelatedRecord): boolean {
  return deletedAt !== undefined && deletedAt !== null;
}

function missingWords(missing: readonly string[]): string {
  const fields = missing.length === 1 ? `the field ${missing[0]!}` : `the fields ${missing.join(', ')}`;
  return `Twenty has not ${fields}. Run “sluice setup”, or name another field in the configuration; then retry.`;
}
