import { createHash } from 'node:crypto';
import { inputsHash, settingsVersion } from '../../config/record-routing.ts';
import type { RunInput } from '../../domain/run.ts';
import type { RelatedRecord, RelatedWish } from '../../connectors/twenty/index.ts';
import { enrichedRecords, forgetEnriched } from '../../store/enrichment.ts';
import { untoldSignals } from '../../store/enrichment-signals.ts';
import { patchItems } from '../../store/items.ts';
import type { TwentyRecordView } from '../../workflows/enrichment/contract.ts';
import { IDENTITY, READ, writtenFields } from '../../workflows/enrichment/facts.ts';
import { questionKey, questionOf } from '../../workflows/enrichment/normalise-question.ts';
import { isFresh } from '../../workflows/enrichment/rules.ts';
import type { EnrichmentSettings } from '../../workflows/enrichment/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { closeLost } from '../records/leftovers.ts';
import { readGroups } from '../records/read-groups.ts';
import { endGroups } from '../records/record-groups.ts';
import { askStep, type EnrichGroup, type EnrichItem, enrichmentOf, loadSubjects, WRITE_STEP } from './enrich-item.ts';

/** Reads the records of the set in one call; those that are gone or fresh end here. Answers how many there are, and how many are to be asked about. */
export async function readSubjects(deps: ActivityDeps, run: RunInput): Promise<{ read: number; toAsk: number }> {
  const { settings, ...integration } = enrichmentOf(deps, run);
  const { object, twenty, providers } = settings;
  const { live, destroyed } = await readGroups(deps, run, { ...wishOf(settings), connection: twenty, noun: object }, await loadSubjects(deps, run));
  // The trash keeps what is known of a record, for it may come back; what was destroyed is forgotten.
  if (!run.dryRun) await forgetEnriched(deps.database, run.integration, destroyed);
  if (live.length === 0) return { read: 0, toAsk: 0 };

  const groups = live.map(({ group }) => group);
  const ghosts = await closeLost(deps, run, WRITE_STEP, groups, new Map(live.map(({ record }) => [record.id, record.createdAt])));
  // What a lost run was asking is asked anew, or is answered by what it kept.
  for (const provider of providers) await closeLost(deps, run, askStep(provider), groups, new Map());

  const version = settingsVersion({ settings, ...integration });
  const ids = live.map(({ record }) => record.id);
  const known = await enrichedRecords(deps.database, run.integration, ids);
  const untold = new Set(settings.signals === undefined ? [] : (await untoldSignals(deps.database, run.integration, ids)).map(({ recordId }) => recordId));
  const items = live.map(({ group, record }) => {
    const { id } = record;
    const owed = (settings.highValue !== undefined && known.get(id)?.taskWords !== undefined) || untold.has(id);
    const fresh = ghosts.get(id) === undefined && isFresh({ inTwenty: record[settings.write.enrichedAt], known: known.get(id)?.enrichedAt }, settings.freshDays, isByHand(group), Date.now());
    const inputs = inputsHash(version, [IDENTITY[object]], record);
    return { group, fresh, owed, data: itemOf(settings, record, { inputs, ghostKey: ghosts.get(id), owedOnly: fresh }) };
  });
  const stays = items.filter(({ fresh, owed }) => !fresh || owed);
  await patchItems(deps.database, run, stays.map(({ group, data }) => ({ deliveryId: group.leader.deliveryId, data })));
  await endGroups(deps, run, items.filter(({ fresh, owed }) => fresh && !owed).map(({ group, data }) => ({
    group,
    outcome: { state: 'skipped', code: 'fresh', reason: `Enriched within the last ${String(settings.freshDays)} days.` },
    inputs: data.inputs,
  })));
  return { read: stays.length, toAsk: stays.filter(({ fresh }) => !fresh).length };
}

function itemOf({ object }: EnrichmentSettings, { company: related, ...record }: RelatedRecord, rest: Partial<EnrichItem>): Partial<EnrichItem> {
  const company = (related as TwentyRecordView | null | undefined) ?? undefined;
  const question = questionOf(object, record, company);
  const key = questionKey(object, question);
  return {
    ...rest, record: record as TwentyRecordView, ...(company === undefined ? {} : { company }), question,
    ...(key === undefined ? {} : { questionHash: createHash('sha256').update(`${object} ${key}`).digest('base64url') }),
  };
}

/** Nobody's change of the record brought it here. */
function isByHand({ members }: EnrichGroup): boolean {
  return members.some(({ data }) => data.action === undefined);
}

function wishOf(settings: EnrichmentSettings): RelatedWish {
  const { object } = settings;
  const fields = [...new Set([...READ[object], ...writtenFields(settings)])];
  return object === 'company' ? { object, fields } : { object, fields, relation: { field: 'company', object: 'company', fields: ['name', 'domainName', 'accountOwner'], optional: [] } };
}
