import type { WritableObject } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { changeLinks, confirmMissing, countLinks, missingAfter } from '../../store/links.ts';
import { addSelected } from '../../store/selection.ts';
import { settle } from '../../store/settle.ts';
import { dropLoad, moveLoad, syncLoad } from '../../store/sync-loads.ts';
import type { ActivityDeps } from '../deps.ts';
import { carryOut } from '../tools/carry-out.ts';
import { externalObject } from './fields.ts';
import { endPairs, loadPairs, membersOfPair, type Pair, type PairEnd, syncOf } from './pair-item.ts';

/**
 * After both sides have been read as a whole: the pairs of which one side was not there are confirmed as deleted and looked at in their lanes.
 * More of them than the brake allows are held for a person first.
 */
export async function judgeDeletes(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ confirmed: number }> {
  const { settings } = syncOf(deps, run);
  const { database } = deps;
  const load = await syncLoad(database, run.integration, deliveryId, 'complete-read');
  const missing = await missingAfter(database, run.integration, deliveryId);
  const total = Object.values(await countLinks(database, run.integration)).reduce((sum, count) => sum + count, 0);
  const { share, count } = settings.deletes.brake;
  const most = Math.min(count, Math.max(1, Math.ceil(share * total)));
  const found = `${String(missing.length)} of ${String(total)} pairs have lost a side`;
  if (missing.length > most && load.state === 'reading' && !run.dryRun) {
    await moveLoad(database, run, deliveryId, 'planned', { missing: missing.length, total });
    await settle(database, run, [{ deliveryId, outcome: { state: 'held', code: 'delete_brake', reason: `${found}, more than the ${String(most)} that are believed unseen. Release it if they were meant to be deleted, else discard it.` } }]);
    return { confirmed: 0 };
  }
  if (!run.dryRun && missing.length > 0) {
    await confirmMissing(database, run, missing);
    await addSelected(database, run, { deliveryId, recordIds: missing.map(({ twentyId }) => twentyId), urgent: false, progress: {} });
  }
  if (run.dryRun) await dropLoad(database, run, deliveryId);
  else await moveLoad(database, run, deliveryId, 'done', { missing: missing.length, total });
  await settle(database, run, [{ deliveryId, outcome: run.dryRun ? { state: 'skipped', code: 'dry_run', reason: `Dry run: ${found}.` } : { state: 'succeeded', code: 'complete_read', reason: `${found}.` } }]);
  return { confirmed: missing.length };
}

/** Archives or deletes over there what was deleted in Twenty; then the pair is one no longer. */
export async function removeExternal(deps: ActivityDeps, run: RunInput): Promise<{ removed: number }> {
  const { settings } = syncOf(deps, run);
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.remove === 'external');
  const forGood = settings.deletes.inTwenty === 'propagate';
  const tool = deps.tool('counterpart', settings.external.connection);
  const ends = await carryOut<{ readonly id: string; readonly forGood: boolean }, undefined>(deps, run, {
    connection: settings.external.connection, step: 'sync remove external',
    changes: pairs.map((pair) => ({ key: `${run.integration}/${pair.data.link!.id}/remove-external`, summary: `${forGood ? 'delete' : 'archive'} a record in ${settings.external.object}`, members: membersOfPair(pair), request: { id: pair.data.externalId!, forGood } })),
    // Removing again what is gone changes nothing.
    async send(request, _key, context) {
      await tool.remove(externalObject(settings), [request.id], request.forGood, context);
      return { outsideId: request.id, answer: undefined };
    },
  });
  await unlink(deps, run, pairs, ends.map((end) => (end.status === 'done' ? undefined : 'message' in end ? end.message : '')));
  return { removed: ends.filter(({ status }) => status === 'done').length };
}

/** Puts into the trash of Twenty what was deleted over there; then the pair is one no longer. */
export async function removeInTwenty(deps: ActivityDeps, run: RunInput): Promise<{ removed: number }> {
  const { settings } = syncOf(deps, run);
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.remove === 'twenty');
  const twenty = deps.twenty(settings.twenty);
  const ends = await carryOut<{ readonly id: string }, undefined>(deps, run, {
    connection: settings.twenty, step: 'sync remove in Twenty',
    changes: pairs.map((pair) => ({ key: `${run.integration}/${pair.data.link!.id}/remove-twenty`, summary: `put a ${settings.object} into the trash`, members: membersOfPair(pair), request: { id: pair.data.twentyId! } })),
    async send({ id }, _key, context) {
      await twenty.softDelete(settings.object as WritableObject, id, context);
      return { outsideId: id, answer: undefined };
    },
  });
  await unlink(deps, run, pairs, ends.map((end) => (end.status === 'done' ? undefined : 'message' in end ? end.message : '')));
  return { removed: ends.filter(({ status }) => status === 'done').length };
}

async function unlink(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], problems: readonly (string | undefined)[]): Promise<void> {
  if (run.dryRun) return;
  await changeLinks(deps.database, run, pairs.flatMap(({ data }, index) => (problems[index] === undefined ? [{ ...data.link!, state: 'ended' as const, endedReason: 'deleted' }] : [])));
  await endPairs(deps, run, pairs.map((pair, index): PairEnd => ({
    pair,
    outcome: problems[index] === undefined
      ? { state: 'succeeded', code: 'removed', reason: 'The record was deleted on one side, and on the other as well.' }
      : { state: 'failed', code: 'remove_refused', reason: `The record was deleted on one side; removing the other was refused: ${problems[index]}` },
  })));
}
