import type { RunInput } from '../../domain/run.ts';
import { filesOf } from '../../store/data-files.ts';
import { endRows, markRows, readyRows, type RowEnd, sameRows, takenRows } from '../../store/data-rows.ts';
import { effectsByKey } from '../../store/effects.ts';
import { likeness } from '../../workflows/data-processing/alike.ts';
import type { RowPlan } from '../../workflows/data-processing/contract.ts';
import { targetOf } from '../../workflows/data-processing/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { createKey, dataOf, type FoundRow, type PageRow } from './data-item.ts';

/** What one call to Twenty carries. */
const PAGE = 200;

export interface TakenPage {
  readonly rows: number;
  /** Rows may be left although the page is empty: all of it were doubles. */
  readonly more: boolean;
  readonly from: number;
  readonly total: number;
}

/** Takes the next rows. Doubles inside the file end here; a row that means the same record as one before it waits for the next page. */
export async function takePage(deps: ActivityDeps, run: RunInput): Promise<TakenPage> {
  const total = (await filesOf(deps.database, run)).reduce((sum, { rows }) => sum + rows, 0);
  const begun = await takenRows<RowPlan, FoundRow>(deps.database, run);
  if (begun.length > 0) return { rows: begun.length, more: true, from: begun[0]!.row, total };
  const ready: readonly PageRow[] = await readyRows<RowPlan>(deps.database, run, PAGE);
  if (ready.length === 0) return { rows: 0, more: false, from: 0, total };
  const doubles = await doublesOf(deps, run, ready);
  await endRows(deps.database, run, doubles);
  const gone = new Set(doubles.map(({ deliveryId, row }) => `${deliveryId} ${String(row)}`));
  const taken: PageRow[] = [];
  const keys = new Set<string>();
  for (const row of ready) {
    if (gone.has(`${row.deliveryId} ${String(row.row)}`)) continue;
    const own = [row.plan.key, ...row.plan.sameness.exact];
    if (own.some((key) => keys.has(key))) break;
    own.forEach((key) => keys.add(key));
    taken.push(row);
  }
  const made = new Map((await effectsByKey(deps.database, taken.map((row) => createKey(run, row)))).flatMap(({ key, state, outsideId }) => (state === 'done' && outsideId !== undefined ? [[key, outsideId]] : [])));
  await markRows(deps.database, run, 'taken', taken.map((row) => ({ deliveryId: row.deliveryId, row: row.row, found: { known: made.get(createKey(run, row)) } satisfies FoundRow })));
  return { rows: taken.length, more: true, from: taken[0]?.row ?? 0, total };
}

/** Of rows that are the same the configured one is kept; of those that are alike by name the same one, and the others are skipped or held. */
async function doublesOf(deps: ActivityDeps, run: RunInput, rows: readonly PageRow[]): Promise<readonly RowEnd[]> {
  const { settings } = dataOf(deps, run);
  const { keep, names } = settings.duplicates;
  const same = await sameRows(deps.database, rows, keep === 'first' ? 'earlier' : 'later');
  const byRow = Map.groupBy(same, ({ deliveryId, row }) => `${deliveryId} ${String(row)}`);
  return rows.flatMap(({ deliveryId, row, plan, decision }): RowEnd[] => {
    const others = byRow.get(`${deliveryId} ${String(row)}`) ?? [];
    const exact = others.filter(({ key }) => key.startsWith('='));
    if (exact.length > 0) {
      const kept = exact.reduce((best, one) => (keep === 'first' ? one.other < best.other : one.other > best.other) ? one : best);
      const by = kept.key.slice(1).split(' ').slice(1, 2).join(' ');
      return [{ deliveryId, row, state: 'skipped', problems: [{ code: 'duplicate_in_input', path: by, message: `Row ${String(kept.other)} says the same${by === '' ? '' : ` (${by})`}; row ${String(kept.other)} is kept.` }] }];
    }
    const { object } = targetOf(settings, plan.target);
    if (names === undefined || decision !== undefined || object === 'opportunity') return [];
    const scored = others.flatMap((one) => (one.name === undefined || one.otherName === undefined ? [] : [{ ...one, score: likeness(object, one.name, one.otherName) }]));
    const best = scored.reduce<(typeof scored)[number] | undefined>((top, one) => (top === undefined || one.score > top.score ? one : top), undefined);
    if (best === undefined || best.score < names.score) return [];
    const message = `“${best.name!}” is alike by ${String(best.score)} of 100 to “${best.otherName!}” in row ${String(best.other)}, which is kept.`;
    return names.then === 'skip'
      ? [{ deliveryId, row, state: 'skipped', problems: [{ code: 'duplicate_in_input', path: 'name', message }] }]
      : [{ deliveryId, row, state: 'held', problems: [{ code: 'perhaps_same_row', path: 'name', message: `${message} Write “create” into _sluice_decision if it is another, and send the row again.` }] }];
  });
}
