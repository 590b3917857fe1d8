import type { WritableObject } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { linkPage, type StoredLink } from '../../store/links.ts';
import { addSelected } from '../../store/selection.ts';
import { settle } from '../../store/settle.ts';
import { moveLoad, syncLoad } from '../../store/sync-loads.ts';
import { openConflicts } from '../../store/sync-conflicts.ts';
import { hasWrites, isIdle, planPair } from '../../workflows/bidirectional-sync/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { externalObject, readExternalRecord, readTwentyRecord, twentyFields } from './fields.ts';
import { syncOf } from './pair-item.ts';
import { chunks } from './read-sides.ts';
import { type Reads, relationsOf } from './relations.ts';

/** How far the comparing has come. */
export interface CompareProgress {
  readonly compared: number;
  readonly differ: number;
  /** The last link that was compared. */
  readonly after?: string;
}

const PAGES_AT_ONCE = 10;
const PAGE = 200;

/** Compares the next pages of pairs, counts those that differ, and has each of those looked at in its lane. Writes nothing itself. */
export async function comparePairs(deps: ActivityDeps, run: RunInput, deliveryId: string, at: CompareProgress): Promise<CompareProgress & { readonly done: boolean }> {
  const { settings } = syncOf(deps, run);
  const tool = deps.tool('counterpart', settings.external.connection);
  let { compared, differ, after } = at;
  if (after === undefined && !run.dryRun) await syncLoad(deps.database, run.integration, deliveryId, 'drift');
  for (let n = 0; n < PAGES_AT_ONCE; n += 1) {
    const page = await linkPage(deps.database, run.integration, after, PAGE);
    const links = page.filter(({ state }) => state !== 'missing');
    if (page.length === 0) {
      await moveLoad(deps.database, run, deliveryId, 'done', { compared, differ });
      const reason = `${String(compared)} pairs compared, ${String(differ)} ${differ === 1 ? 'differs' : 'differ'}.`;
      await settle(deps.database, run, [{ deliveryId, outcome: { state: 'succeeded', code: differ === 0 ? 'no_drift' : 'drift', reason } }]);
      return { compared, differ, done: true };
    }
    const records = await onConnection(deps, run, settings.twenty, (context) => deps.twenty(settings.twenty).findByIds(settings.object as WritableObject, links.map(({ twentyId }) => twentyId), context, twentyFields(settings)));
    const others = await onConnection(deps, run, settings.external.connection, async (context) => {
      const found = [];
      for (const ids of chunks(links.map(({ externalId }) => externalId), tool.atOnce)) found.push(...(await tool.get(externalObject(settings), ids, midway(context))));
      return found;
    });
    const twenty = new Map(records.map((record) => [record.id, readTwentyRecord(record as Readonly<Record<string, unknown>>, settings)]));
    const external = new Map(others.map((record) => [record.id, readExternalRecord(record, settings)]));
    const readsOf = ({ twentyId, externalId }: StoredLink): Reads => ({ twenty: twenty.get(twentyId) ?? null, external: external.get(externalId) ?? null });
    const { rulesFor } = await relationsOf(deps, settings, links.map(readsOf));
    const asked = Map.groupBy(await openConflicts(deps.database, links.filter(({ state }) => state === 'conflict').map(({ id }) => id)), ({ linkId }) => linkId);
    const apart = links.filter((link) => {
      const reads = readsOf(link);
      if (reads.twenty == null || reads.external == null) return true;
      const plan = planPair(rulesFor(reads), link.base, { twenty: reads.twenty, external: reads.external });
      if (link.state !== 'conflict') return !isIdle(plan);
      // A covered edit waits for a decision while the sides agree; any other open conflict means that they differ.
      return hasWrites(plan) || (asked.get(link.id) ?? []).some(({ field, lostSide }) => lostSide === undefined && !plan.conflicts.some((one) => one.field === field));
    });
    if (apart.length > 0 && !run.dryRun) await addSelected(deps.database, run, { deliveryId, recordIds: apart.map(({ twentyId }) => twentyId), urgent: false, progress: {} });
    compared += links.length;
    differ += apart.length;
    after = page.at(-1)!.id;
  }
  return { compared, differ, ...(after === undefined ? {} : { after }), done: false };
}
