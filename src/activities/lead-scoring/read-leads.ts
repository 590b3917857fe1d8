import { inputsHash, settingsVersion } from '../../config/record-routing.ts';
import type { RunInput } from '../../domain/run.ts';
import type { RelatedRecord, RelatedWish } from '../../connectors/twenty/index.ts';
import { patchItems } from '../../store/items.ts';
import { forgetStandings } from '../../store/lead-scores.ts';
import { readFields, USUAL_EMPLOYEES, watchedFields } from '../../workflows/lead-scoring/fields.ts';
import type { LeadScoringSettings } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { actsOf } from './acts.ts';
import { endLeads, type LeadGroup, type LeadItem, loadLeads, scoringOf } from './lead-item.ts';
import { closeLost } from './leftovers.ts';

/** Reads the people of the set with their companies in one call; those that are gone end here. */
export async function readLeads(deps: ActivityDeps, run: RunInput): Promise<{ read: number }> {
  const { settings, ...integration } = scoringOf(deps, run);
  const groups = await loadLeads(deps, run);
  if (groups.length === 0) return { read: 0 };
  const read = await onConnection(deps, run, settings.twenty, async (context) => {
    const answer = await deps.twenty(settings.twenty).related.read(wishOf(settings), groups.map(({ recordId }) => recordId), context);
    return answer.ok ? { ...answer, acts: await actsOf(deps, settings, answer.records, midway(context)) } : answer;
  });
  if (!read.ok) {
    const outcome = { state: 'failed', code: 'field_missing', reason: missingWords(read.missing) } as const;
    await endLeads(deps, run, groups.map((group) => ({ group, outcome })));
    return { read: 0 };
  }
  const known = new Map(read.records.map((record) => [record.id, record]));
  const live = groups.filter(({ recordId }) => isLive(known.get(recordId)));
  await endGone(deps, run, groups.filter((group) => !live.includes(group)), known);

  const ghosts = await closeLost(deps, run, live, new Map(live.map(({ recordId }) => [recordId, known.get(recordId)!.createdAt])));
  const version = settingsVersion({ settings, ...integration });
  await patchItems(deps.database, run, live.map(({ recordId, leader }) => {
    const { company, ...person } = known.get(recordId)!;
    const data: Partial<LeadItem> = {
      person, company: (company as LeadItem['company'] | null) ?? undefined, acts: read.acts.get(recordId) ?? [],
      inputs: inputsHash(version, watchedFields(settings), person), ghostKey: ghosts.get(recordId),
    };
    return { deliveryId: leader.deliveryId, data };
  }));
  return { read: live.length };
}

function wishOf(settings: LeadScoringSettings): RelatedWish {
  const { person, company } = readFields(settings);
  const { score, reasons, scoredAt } = settings.write;
  return {
    object: 'person',
    fields: ['name', 'jobTitle', ...person, score, reasons, scoredAt],
    relation: { field: 'company', object: 'company', fields: ['name', 'accountOwner', ...company], optional: [USUAL_EMPLOYEES] },
  };
}

/** The trash keeps how a record stood, for it may come back; what was destroyed is forgotten. */
async function endGone(deps: ActivityDeps, run: RunInput, gone: readonly LeadGroup[], known: ReadonlyMap<string, RelatedRecord>): Promise<void> {
  if (!run.dryRun) await forgetStandings(deps.database, run.integration, gone.filter(({ recordId }) => !known.has(recordId)).map(({ recordId }) => recordId));
  await endLeads(deps, run, gone.map((group) => ({
    group,
    outcome: { state: 'skipped', code: 'deleted', reason: known.has(group.recordId) ? 'The person is in the trash of Twenty.' : 'There is no such person in Twenty, or not any more.' },
  })));
}

function isLive(record: RelatedRecord | undefined): boolean {
  return record !== undefined && (record.deletedAt === undefined || record.deletedAt === null);
}

function missingWords(missing: readonly string[]): string {
  const fields = missing.length === 1 ? `the field ${missing[0]!}` : `the fields ${missing.join(', ')}`;
  return `Twenty has not ${fields}. Run “sluice setup”, or name another field in the configuration; then retry.`;
}
