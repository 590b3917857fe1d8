import type { WritableObject } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { linkPage } from '../../store/links.ts';
import { addSelected } from '../../store/selection.ts';
import { settle } from '../../store/settle.ts';
import { isIdle, planPair } from '../../workflows/bidirectional-sync/plan.ts';
import { rulesOf } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { externalObject, readExternalRecord, readTwentyRecord, twentyFields } from './fields.ts';
import { syncOf } from './pair-item.ts';
import { chunks } from './read-sides.ts';

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
  const rules = rulesOf(settings).filter(({ name }) => settings.fields[name]!.link === undefined);
  const tool = deps.tool('counterpart', settings.external.connection);
  let { compared, differ, after } = at;
  for (let n = 0; n < PAGES_AT_ONCE; n += 1) {
    const page = await linkPage(deps.database, run.integration, after, PAGE);
    const links = page.filter(({ state }) => state !== 'missing');
    if (page.length === 0) {
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
    const apart = links.filter(({ twentyId, externalId, base, state }) => {
      const [here, there] = [twenty.get(twentyId), external.get(externalId)];
      if (here === undefined || there === undefined) return true;
      const plan = planPair(rules, base, { twenty: here, external: there });
      return state === 'conflict' ? plan.conflicts.length === 0 : !isIdle(plan);
    });
    if (apart.length > 0 && !run.dryRun) await addSelected(deps.database, run, { deliveryId, recordIds: apart.map(({ twentyId }) => twentyId), urgent: false, progress: {} });
    compared += links.length;
    differ += apart.length;
    after = page.at(-1)!.id;
  }
  return { compared, differ, ...(after === undefined ? {} : { after }), done: false };
}
