import type { RunInput } from '../../domain/run.ts';
import { enrichedRecords } from '../../store/enrichment.ts';
import { untoldSignals } from '../../store/enrichment-signals.ts';
import type { Unasked } from '../../workflows/enrichment/contract.ts';
import { unansweredOutcome } from '../../workflows/enrichment/rules.ts';
import type { EnrichmentSettings } from '../../workflows/enrichment/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, openRecords } from '../records/record-groups.ts';
import { enrichmentOf, loadSubjects } from './enrich-item.ts';
import { pauseOf, providerOf } from './providers.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedSubjects {
  readonly records: number;
  /** “person” or “company”. */
  readonly noun: string;
  readonly connections: { readonly twenty: string; readonly providers: readonly string[]; readonly mail?: string };
}

/** Takes up the records of the set, each once however many deliveries speak of it. While no provider can be asked they wait, which costs no call. */
export async function openSubjects(deps: ActivityDeps, run: RunInput): Promise<OpenedSubjects> {
  const { settings } = enrichmentOf(deps, run);
  const { twenty, object, providers, signals } = settings;
  await openRecords(deps, run);
  await endWhileAllRest(deps, run, settings);
  const records = (await loadSubjects(deps, run)).length;
  return { records, noun: object, connections: { twenty, providers, ...(signals === undefined ? {} : { mail: signals.mail }) } };
}

async function endWhileAllRest(deps: ActivityDeps, run: RunInput, settings: EnrichmentSettings): Promise<void> {
  const groups = await loadSubjects(deps, run);
  // A run by hand tries in any case.
  if (run.dryRun || groups.some(({ members }) => members.some(({ data }) => data.action === undefined))) return;
  const pauses: Unasked[] = [];
  for (const index of settings.providers.keys()) {
    const pause = await pauseOf(deps.database, providerOf(deps, settings, index));
    if (pause === undefined) return;
    pauses.push(pause);
  }
  const ids = groups.map(({ recordId }) => recordId);
  const owed = new Set([
    ...[...(await enrichedRecords(deps.database, run.integration, ids))].flatMap(([id, { taskWords }]) => (taskWords === undefined ? [] : [id])),
    ...(await untoldSignals(deps.database, run.integration, ids)).map(({ recordId }) => recordId),
  ]);
  const outcome = unansweredOutcome({ misses: [], unasked: pauses, noun: settings.object, noMatchDays: settings.noMatchDays }, Date.now());
  await endGroups(deps, run, groups.filter(({ recordId }) => !owed.has(recordId)).map((group) => ({ group, outcome })));
}
