import { createHash } from 'node:crypto';
import type { CounterpartRecord } from '../../connectors/counterpart.ts';
import type { RunInput } from '../../domain/run.ts';
import { createNotifier } from '../../store/notify.ts';
import { addSelected } from '../../store/selection.ts';
import { linksOf, syncCursor } from '../../store/links.ts';
import { keepSyncCursor } from '../../store/sync-loads.ts';
import { noteTaken, takenStates } from '../../store/sync-taken.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { externalObject } from './fields.ts';
import { syncOf } from './pair-item.ts';

/** After so many pages an activity ends and the next one goes on. */
const PAGES_AT_ONCE = 20;

/**
 * Reads what changed on the other side and adds a delivery for each record to the lane of its pair. What is known in exactly this version, or
 * has been taken up so before, is no news, however often it is read again. The cursor moves with each page, unless a record came again that this event has a delivery for already: it is read
 * again by the next one.
 */
export async function takeChanges(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ done: boolean }> {
  const { settings } = syncOf(deps, run);
  const { database } = deps;
  const start = await syncCursor(database, run.integration);
  if (start === undefined) {
    await settle(database, run, [{ deliveryId, outcome: { state: 'skipped', code: 'first_load_pending', reason: 'The first load has not been carried out; changes count from then on.' } }]);
    return { done: true };
  }
  const tool = deps.tool('counterpart', settings.external.connection);
  const object = externalObject(settings);
  return onConnection(deps, run, settings.external.connection, async (context) => {
    let cursor = start;
    let news = 0;
    for (let n = 0; n < PAGES_AT_ONCE; n += 1) {
      const page = await tool.changes(object, cursor, n === 0 ? context : midway(context));
      const links = new Map((await linksOf(database, run.integration, { external: [...page.records.map(({ id }) => id), ...page.gone] })).map((link) => [link.externalId, link]));
      const known = await takenStates(database, run.integration, [...page.records.map(({ id }) => id), ...page.gone]);
      const fresh = page.records.filter(({ id, version, archived }) => archived === true || version === undefined || links.get(id)?.externalVersion !== version);
      const states = new Map([...fresh.map((record) => [record.id, stateOf(record)] as const), ...page.gone.filter((id) => links.has(id)).map((id) => [id, 'gone'] as const)].filter(([id, state]) => known.get(id) !== state));
      const recordIds = [...new Set([...states.keys()].map((id) => links.get(id)?.twentyId ?? `external:${id}`))];
      const added = await addSelected(database, run, { deliveryId, recordIds, urgent: false, progress: {} });
      if (added === undefined) return { done: true };
      if (added > 0) createNotifier(database)();
      // What this event had a delivery for already may have been worked on before it changed again.
      if (!run.dryRun && added === recordIds.length) await noteTaken(database, run, run.integration, states);
      news += added;
      if (added < recordIds.length && n > 0) break;
      cursor = page.cursor;
      // A dry run leaves what it has seen to the next one that is live.
      if (!run.dryRun) await keepSyncCursor(database, run, run.integration, cursor);
      if (!page.more) break;
      if (n === PAGES_AT_ONCE - 1 && !run.dryRun) return { done: false };
    }
    const reason = news === 0 ? 'Nothing changed on the other side.' : `${String(news)} ${news === 1 ? 'record' : 'records'} changed on the other side.`;
    await settle(database, run, [{ deliveryId, outcome: run.dryRun ? { state: 'skipped', code: 'dry_run', reason: `Dry run: ${reason}` } : { state: 'succeeded', code: 'changes', reason } }]);
    return { done: true };
  });
}

/** Differs whenever the record does. */
function stateOf({ version, archived, fields }: CounterpartRecord): string {
  return `${archived === true ? 'archived ' : ''}${version ?? createHash('sha256').update(JSON.stringify(fields)).digest('base64url')}`;
}
