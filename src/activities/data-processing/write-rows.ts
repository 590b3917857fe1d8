import type { RunInput } from '../../domain/run.ts';
import { endRows, markRows, type RowEnd, takenRows } from '../../store/data-rows.ts';
import { begunEffects } from '../../store/effects.ts';
import type { RowPlan } from '../../workflows/data-processing/contract.ts';
import { planPatch } from '../../workflows/data-processing/merge.ts';
import type { ActivityDeps } from '../deps.ts';
import { type CreateEnd, createRecords, recordId } from '../twenty/create-records.ts';
import { type UpdateEnd, updateRecords } from '../twenty/update-records.ts';
import { byTarget, createKey, dataOf, type FoundRow, type PageRow, policyOf, readFields, rowWords, updateKey, wantedOf } from './data-item.ts';
import type { Target } from '../../workflows/data-processing/target-settings.ts';

/** Makes the records that nobody has, all of an object with one call. Answers how many turned out to be there and are to be updated instead. */
export async function createRows(deps: ActivityDeps, run: RunInput): Promise<{ updates: number }> {
  const { settings } = dataOf(deps, run);
  const page: readonly PageRow[] = (await takenRows<RowPlan, FoundRow>(deps.database, run)).filter(({ found }) => found?.record === undefined);
  let updates = 0;
  for (const { target, rows } of byTarget(settings, page)) {
    const ends = await createRecords(deps, run, {
      connection: settings.twenty, object: target.object, step: `create ${target.object}`,
      creates: rows.map((row) => {
        const key = createKey(run, row);
        return { key, step: `create ${target.object} of row ${String(row.row)}`, summary: `create ${target.object} ${rowWords(row)}`, members: [row.deliveryId], record: { ...wantedOf(row, target), id: recordId(key) } };
      }),
    });
    await endRows(deps.database, run, rows.flatMap((row, index) => createEnd(row, ends[index]!)));
    const there = rows.flatMap((row, index) => {
      const end = ends[index]!;
      return end.status === 'exists' && !end.trashed ? [{ deliveryId: row.deliveryId, row: row.row, found: { ...row.found, record: { id: end.id, made: false } } satisfies FoundRow }] : [];
    });
    updates += there.length;
    await markRows(deps.database, run, 'taken', there);
  }
  return { updates };
}

/** Writes what differs to the records that are there, all of an object with one read and one write. A record that two rows mean waits for the next page. */
export async function updateRows(deps: ActivityDeps, run: RunInput): Promise<{ updated: number }> {
  const { settings } = dataOf(deps, run);
  const page: readonly PageRow[] = (await takenRows<RowPlan, FoundRow>(deps.database, run)).filter(({ found }) => found?.record !== undefined);
  const byRecord = Map.groupBy(page, ({ found }) => found!.record!.id);
  const later = [...byRecord.values()].flatMap((rows) => rows.slice(1));
  await markRows(deps.database, run, 'ready', later.map(({ deliveryId, row, found }) => ({ deliveryId, row, found: { known: found?.known } })));
  let updated = 0;
  for (const { target, rows } of byTarget(settings, page.filter((row) => !later.includes(row)))) {
    // What an interrupted attempt has written already is found unchanged by the next.
    const begun = await begunEffects(deps.database, rows.map((row) => updateKey(run, row)));
    const ends = await updateRecords(deps, run, {
      connection: settings.twenty, object: target.object, step: `update ${target.object}`, fields: readFields(target),
      updates: rows.map((row) => ({
        key: updateKey(run, row), step: `update ${target.object} of row ${String(row.row)}`, summary: `update ${target.object} ${rowWords(row)}`, members: [row.deliveryId], id: row.found!.record!.id,
        plan: (current) => planPatch(current as Readonly<Record<string, unknown>>, wantedOf(row, target, current as Readonly<Record<string, unknown>>), policyOf(row, target)),
      })),
    });
    await endRows(deps.database, run, rows.map((row, index) => updateEnd(row, target, ends[index] === 'unchanged' && begun.has(updateKey(run, row)) ? 'updated' : ends[index]!)));
    updated += ends.filter((end) => end === 'updated').length;
  }
  return { updated };
}

function createEnd({ deliveryId, row }: PageRow, end: CreateEnd<Target['object']>): readonly RowEnd[] {
  switch (end.status) {
    case 'done':
      return [{ deliveryId, row, state: 'created', recordId: end.id }];
    case 'exists':
      return end.trashed ? [{ deliveryId, row, state: 'skipped', problems: [{ code: 'in_trash', path: '', message: 'A record in the trash of Twenty has this value and is left there. Restore it, and send the row again.' }] }] : [];
    case 'rejected':
      return [{ deliveryId, row, state: 'rejected', problems: [{ code: 'refused_by_twenty', path: '', message: `Twenty does not take it: ${end.message}` }] }];
    case 'held':
      return [{ deliveryId, row, state: 'held', problems: [{ code: end.code, path: '', message: `${end.message} Retry the event.` }] }];
  }
}

function updateEnd({ deliveryId, row, found }: PageRow, { object }: Target, end: UpdateEnd): RowEnd {
  const { id } = found!.record!;
  if (end === 'gone') return { deliveryId, row, state: 'skipped', problems: [{ code: 'deleted_in_twenty', path: '', message: `The ${object} was deleted in Twenty meanwhile; it stays deleted.` }] };
  if (typeof end === 'string') return { deliveryId, row, state: end, recordId: id };
  return { deliveryId, row, state: end.held ? 'held' : 'rejected', recordId: id, problems: [{ code: end.held ? end.code : 'refused_by_twenty', path: '', message: end.held ? `${end.message} Retry the event.` : `Twenty does not take it: ${end.message}` }] };
}
