import { inputsHash, settingsVersion } from '../../config/record-routing.ts';
import type { RunInput } from '../../domain/run.ts';
import type { RelatedWish } from '../../connectors/twenty/index.ts';
import { patchItems } from '../../store/items.ts';
import { forgetStandings } from '../../store/lead-scores.ts';
import { readFields, USUAL_EMPLOYEES, watchedFields } from '../../workflows/lead-scoring/fields.ts';
import type { LeadScoringSettings } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { closeLost } from '../records/leftovers.ts';
import { readGroups } from '../records/read-groups.ts';
import { actsOf } from './acts.ts';
import { type LeadItem, loadLeads, SCORE_STEP, scoringOf } from './lead-item.ts';

/** Reads the people of the set with their companies in one call; those that are gone end here. */
export async function readLeads(deps: ActivityDeps, run: RunInput): Promise<{ read: number }> {
  const { settings, ...integration } = scoringOf(deps, run);
  const wish = { ...wishOf(settings), connection: settings.twenty, noun: 'person' };
  const { live, destroyed, more: acts } = await readGroups(deps, run, wish, await loadLeads(deps, run), (records, context) => actsOf(deps, settings, records, context));
  // The trash keeps how a record stood, for it may come back; what was destroyed is forgotten.
  if (!run.dryRun) await forgetStandings(deps.database, run.integration, destroyed);
  if (live.length === 0) return { read: 0 };

  const ghosts = await closeLost(deps, run, SCORE_STEP, live.map(({ group }) => group), new Map(live.map(({ record }) => [record.id, record.createdAt])));
  const version = settingsVersion({ settings, ...integration });
  await patchItems(deps.database, run, live.map(({ group: { recordId, leader }, record: { company, ...person } }) => {
    const data: Partial<LeadItem> = {
      person, company: (company as LeadItem['company'] | null) ?? undefined, acts: acts?.get(recordId) ?? [],
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
