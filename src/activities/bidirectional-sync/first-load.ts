import type { RunInput } from '../../domain/run.ts';
import { addLinks, syncCursor } from '../../store/links.ts';
import { createNotifier } from '../../store/notify.ts';
import { addSelected } from '../../store/selection.ts';
import { settle } from '../../store/settle.ts';
import { dropLoad, keepLoadPage, keepSyncCursor, loadRows, markAdded, moveLoad, pairRows, rowsToAdd, syncLoad } from '../../store/sync-loads.ts';
import { mergeField } from '../../workflows/bidirectional-sync/merge.ts';
import { type BidirectionalSyncSettings, rulesOf } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { externalObject, readExternalRecord, readTwentyRecord, twentyFields } from './fields.ts';
import { syncOf } from './pair-item.ts';

/** After so many pages an activity ends and the next one goes on. */
const PAGES_AT_ONCE = 20;
const ROWS = 1_000;

/** Reads the next pages of all records of Twenty; goes on where an earlier attempt stood. */
export async function readAllOfTwenty(deps: ActivityDeps, run: RunInput, deliveryId: string, kind: 'first-load' | 'complete-read'): Promise<{ done: boolean }> {
  const { settings } = syncOf(deps, run);
  const load = await syncLoad(deps.database, run.integration, deliveryId, kind);
  if (load.done.twenty || load.state !== 'reading') return { done: true };
  const twenty = deps.twenty(settings.twenty);
  return onConnection(deps, run, settings.twenty, async (context) => {
    const plan = await twenty.planSelection(settings.object, { all: true }, { signal: context.signal });
    let { twenty: cursor } = load.cursor;
    for (let n = 0; n < PAGES_AT_ONCE; n += 1) {
      const page = await twenty.selectionPage(plan, cursor, n === 0 ? context : midway(context), ['updatedAt', 'deletedAt', ...twentyFields(settings)]);
      await keepLoadPage(deps.database, run, deliveryId, 'twenty', page.records.map((record) => ({ id: record.id, values: readTwentyRecord(record, settings).values })), page.next);
      if (page.next === undefined) return { done: true };
      cursor = page.next;
    }
    return { done: false };
  });
}

/** The same of the other side; from before its first page on its changes count. */
export async function readAllOfExternal(deps: ActivityDeps, run: RunInput, deliveryId: string, kind: 'first-load' | 'complete-read'): Promise<{ done: boolean }> {
  const { settings } = syncOf(deps, run);
  const load = await syncLoad(deps.database, run.integration, deliveryId, kind);
  if (load.done.external || load.state !== 'reading') return { done: true };
  const tool = deps.tool('counterpart', settings.external.connection);
  const object = externalObject(settings);
  return onConnection(deps, run, settings.external.connection, async (context) => {
    const startCursor = load.startCursor ?? (await tool.changes(object, undefined, context)).cursor;
    let { external: cursor } = load.cursor;
    for (let n = 0; n < PAGES_AT_ONCE; n += 1) {
      const page = await tool.all(object, cursor, midway(context));
      const rows = page.records.filter(({ archived }) => archived !== true).map((record) => ({ id: record.id, values: readExternalRecord(record, settings).values }));
      await keepLoadPage(deps.database, run, deliveryId, 'external', rows, page.next, startCursor);
      if (page.next === undefined) return { done: true };
      cursor = page.next;
    }
    return { done: false };
  });
}

/** What the first load would do. */
export interface LoadPlan {
  readonly linked: number;
  readonly toTwenty: number;
  readonly toExternal: number;
  readonly conflicts: number;
  readonly ambiguous: number;
}

/** Matches both sides, and shows the plan: held until a person releases it, or carried out at once where the configuration says so. */
export async function planFirstLoad(deps: ActivityDeps, run: RunInput, deliveryId: string, write: boolean): Promise<{ goOn: boolean }> {
  const { settings } = syncOf(deps, run);
  const { database } = deps;
  const load = await syncLoad(database, run.integration, deliveryId, 'first-load');
  if (load.state === 'planned' || load.state === 'writing') return { goOn: true };
  if (load.state === 'done') return { goOn: false };
  await pairRows(database, run.integration, deliveryId, settings.match);
  const plan = await planOf(deps, deliveryId, settings);
  if (run.dryRun) {
    await dropLoad(database, run, deliveryId);
    await settle(database, run, [{ deliveryId, outcome: { state: 'skipped', code: 'dry_run', reason: `Dry run: ${wordsOf(plan)}` } }]);
    return { goOn: false };
  }
  await moveLoad(database, run, deliveryId, 'planned', plan);
  if (write || settings.firstLoad === 'write') return { goOn: true };
  await settle(database, run, [{ deliveryId, outcome: { state: 'held', code: 'first_load', reason: `The first load is ready: ${wordsOf(plan)} Release it to carry it out.` } }]);
  return { goOn: false };
}

/** Links what belongs together and adds a delivery for every record, page by page. */
export async function writeFirstLoad(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ done: boolean }> {
  const { database } = deps;
  const load = await syncLoad(database, run.integration, deliveryId, 'first-load');
  await moveLoad(database, run, deliveryId, 'writing');
  if ((await syncCursor(database, run.integration)) === undefined && load.startCursor !== undefined) await keepSyncCursor(database, run, run.integration, load.startCursor);
  for (let n = 0; n < PAGES_AT_ONCE; n += 1) {
    const rows = await rowsToAdd(database, deliveryId, ROWS);
    if (rows.length === 0) {
      await moveLoad(database, run, deliveryId, 'done');
      await settle(database, run, [{ deliveryId, outcome: { state: 'succeeded', code: 'first_load', reason: 'Every record of both sides has been taken up.' } }]);
      return { done: true };
    }
    await addLinks(database, run, run.integration, rows.flatMap(({ side, id, pair }) => (side === 'twenty' && pair !== undefined ? [{ twentyId: id, externalId: pair, state: 'new' as const }] : [])));
    const added = await addSelected(database, run, { deliveryId, recordIds: rows.map(({ side, id }) => (side === 'twenty' ? id : `external:${id}`)), urgent: false, progress: {} });
    if (added === undefined) return { done: true };
    await markAdded(database, deliveryId, rows);
    createNotifier(database)();
  }
  return { done: false };
}

async function planOf(deps: ActivityDeps, deliveryId: string, settings: BidirectionalSyncSettings): Promise<LoadPlan> {
  const rules = rulesOf(settings).filter(({ name }) => settings.fields[name]!.link === undefined);
  const plan = { linked: 0, toTwenty: 0, toExternal: 0, conflicts: 0, ambiguous: 0 };
  for (const side of ['twenty', 'external'] as const) {
    const makes = settings.create === 'both' || settings.create !== side;
    for (let after: string | undefined; ; ) {
      const rows = await loadRows(deps.database, deliveryId, side, after, ROWS);
      for (const { pair, ambiguous, values, paired } of rows) {
        if (ambiguous) plan.ambiguous += 1;
        else if (pair === undefined) plan[side === 'twenty' ? 'toExternal' : 'toTwenty'] += makes && settings.create !== 'none' ? 1 : 0;
        else if (side === 'twenty') {
          plan.linked += 1;
          const differs = rules.some((rule) => mergeField(rule, undefined, { twenty: values[rule.name] ?? null, external: paired?.[rule.name] ?? null }, { twenty: undefined, external: undefined }).kind === 'conflict');
          plan.conflicts += differs ? 1 : 0;
        }
      }
      if (rows.length < ROWS) break;
      after = rows.at(-1)!.id;
    }
  }
  return plan;
}

function wordsOf({ linked, toTwenty, toExternal, conflicts, ambiguous }: LoadPlan): string {
  return `${String(linked)} are linked (${String(conflicts)} of them differ and wait for a decision), ${String(toTwenty)} are made in Twenty, ${String(toExternal)} on the other side, ${String(ambiguous)} are ambiguous and left alone.`;
}
