import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { endGroups, type GroupEnd } from '../records/record-groups.ts';
import { loadLeads, SCORE_STEP, scoreKey, scoringOf } from './lead-item.ts';
import { reasonsText } from './score-leads.ts';

/** Writes the scores that changed, with their reasons and the time, on what the records hold at this moment. */
export async function writeScores(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { twenty, write } = scoringOf(deps, run).settings;
  const groups = (await loadLeads(deps, run)).filter(({ leader }) => leader.data.changed === true);
  const ends = await updateRecords(deps, run, {
    connection: twenty,
    object: 'person',
    step: SCORE_STEP,
    fields: [write.score, write.reasons, write.scoredAt],
    updates: groups.map(({ recordId, leader: { data }, members }) => ({
      key: data.ghostKey ?? scoreKey(run, recordId),
      summary: `write the lead score ${String(data.result!.score)}`,
      members: members.map(({ deliveryId }) => deliveryId),
      id: recordId,
      plan: (current) => {
        const now = current as Readonly<Record<string, unknown>>;
        const text = reasonsText(data.result!);
        const same = now[write.score] === data.result!.score && (now[write.reasons] ?? '') === text;
        return same ? undefined : { [write.score]: data.result!.score, [write.reasons]: text, [write.scoredAt]: data.scoredAt };
      },
    })),
  });
  await patchItems(deps.database, run, groups.flatMap(({ leader }, index) => (ends[index] === 'updated' ? [{ deliveryId: leader.deliveryId, data: { written: true } }] : [])));
  await endGroups(deps, run, groups.flatMap((group, index): GroupEnd[] => {
    const end = ends[index]!;
    if (end === 'gone') return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: 'The person was deleted in Twenty while the score was worked out.' } }];
    if (typeof end !== 'object') return [];
    return [{ group, outcome: { state: end.held ? 'held' : 'failed', code: end.code, reason: `The score was not taken: ${end.message}` } }];
  }));
  return { written: ends.filter((end) => end === 'updated').length };
}
