import type { RunInput } from '../../domain/run.ts';
import { enrichedRecords } from '../../store/enrichment.ts';
import { untoldSignals } from '../../store/enrichment-signals.ts';
import type { ActivityDeps } from '../deps.ts';
import { type EnrichGroup, enrichmentOf, loadSubjects } from './enrich-item.ts';

/** A record that somebody is to call, with the reasons, one a line. */
export interface DueTask {
  readonly group: EnrichGroup;
  readonly words: string;
}

/** The records of the set that are worth a call and have had no task; of a dry run, which keeps nothing, those that would be. */
export async function dueTasks(deps: ActivityDeps, run: RunInput): Promise<readonly DueTask[]> {
  if (enrichmentOf(deps, run).settings.highValue === undefined) return [];
  const groups = await loadSubjects(deps, run);
  const known = await enrichedRecords(deps.database, run.integration, groups.map(({ recordId }) => recordId));
  return groups.flatMap((group) => {
    const { taskWords, isTasked = false } = known.get(group.recordId) ?? {};
    const words = taskWords ?? (run.dryRun && !isTasked ? group.leader.data.wouldTask : undefined);
    return words === undefined ? [] : [{ group, words }];
  });
}

/** A record with the signals that nobody has been told of. */
export interface DueSignals {
  readonly group: EnrichGroup;
  readonly signals: readonly { readonly signal: string; readonly words: string }[];
}

export async function dueSignals(deps: ActivityDeps, run: RunInput): Promise<readonly DueSignals[]> {
  if (enrichmentOf(deps, run).settings.signals === undefined) return [];
  const groups = await loadSubjects(deps, run);
  const untold = Map.groupBy(await untoldSignals(deps.database, run.integration, groups.map(({ recordId }) => recordId)), ({ recordId }) => recordId);
  return groups.flatMap((group) => {
    const signals = [...(untold.get(group.recordId) ?? []), ...(run.dryRun ? (group.leader.data.wouldTell ?? []) : [])];
    return signals.length === 0 ? [] : [{ group, signals }];
  });
}
