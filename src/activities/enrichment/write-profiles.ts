import type { RunInput } from '../../domain/run.ts';
import { instantOf } from '../../domain/record-values.ts';
import { markEnriched } from '../../store/enrichment.ts';
import { patchItems } from '../../store/items.ts';
import type { TwentyRecordView } from '../../workflows/enrichment/contract.ts';
import { writtenFields } from '../../workflows/enrichment/facts.ts';
import { merge, type Patch } from '../../workflows/enrichment/merge.ts';
import { wantedOf } from '../../workflows/enrichment/normalise-profile.ts';
import type { EnrichmentSettings } from '../../workflows/enrichment/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { type EnrichItem, enrichmentOf, loadSubjects, WRITE_STEP, writeKey } from './enrich-item.ts';

/** Writes what the providers know, merged with what the records hold at this moment. */
export async function writeProfiles(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { settings } = enrichmentOf(deps, run);
  const groups = (await loadSubjects(deps, run)).filter(({ leader }) => leader.data.profile !== undefined);
  const written = new Map<string, readonly string[]>();
  const ends = await updateRecords(deps, run, {
    connection: settings.twenty,
    object: settings.object,
    step: WRITE_STEP,
    fields: writtenFields(settings),
    updates: groups.map((group) => {
      const { recordId, leader: { data } } = group;
      return {
        key: data.ghostKey ?? writeKey(run, recordId),
        summary: `write what ${data.service ?? 'a provider'} knows`,
        members: membersOfGroup(group),
        id: recordId,
        plan: (current: object) => {
          const news = merge(current as TwentyRecordView, safely(settings, data));
          if (news !== undefined || !written.has(recordId)) written.set(recordId, Object.keys(news ?? {}));
          return planned(settings, current as TwentyRecordView, data, news);
        },
      };
    }),
  });
  const isThere = groups.filter((_, index) => ends[index] === 'updated' || ends[index] === 'unchanged');
  await patchItems(deps.database, run, isThere.map(({ recordId, leader }) => ({ deliveryId: leader.deliveryId, data: { written: written.get(recordId) ?? [] } satisfies Partial<EnrichItem> })));
  if (!run.dryRun) await markEnriched(deps.database, run.integration, isThere.map(({ recordId }) => recordId));
  await endGroups(deps, run, groups.flatMap((group, index): GroupEnd[] => {
    const end = ends[index]!;
    if (end === 'gone') return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: `The ${settings.object} was deleted in Twenty while it was being enriched.` } }];
    if (typeof end !== 'object') return [];
    return [{ group, outcome: { state: end.held ? 'held' : 'failed', code: end.code, reason: `What ${group.leader.data.service ?? 'the provider'} knows was not taken: ${end.message}` } }];
  }));
  return { written: isThere.length };
}

/** Written once, the time says that nothing is left to be done. */
function planned({ write }: EnrichmentSettings, current: TwentyRecordView, { enrichedAt, service }: EnrichItem, news: Patch | undefined): Patch | undefined {
  const isDone = news === undefined && instantOf(current[write.enrichedAt]) === instantOf(enrichedAt);
  return isDone ? undefined : { ...news, [write.enrichedAt]: enrichedAt, [write.enrichedBy]: service };
}

/** A function of the configuration that throws on a profile must not keep the others of the set from being written. */
function safely(settings: EnrichmentSettings, { profile = {} }: EnrichItem): ReturnType<typeof wantedOf> {
  const guarded = Object.fromEntries(Object.entries(settings.extra).map(([field, one]) => [field, { ...one, value: guard(one.value) }]));
  return wantedOf({ ...settings, extra: guarded }, profile);
}

function guard<A, T>(make: (argument: A) => T): (argument: A) => T | undefined {
  return (argument) => {
    try {
      return make(argument);
    } catch {
      return undefined;
    }
  };
}
