import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { resultOf } from '../../store/sets.ts';
import { list } from '../../workflows/enrichment/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups } from '../records/record-groups.ts';
import { type EnrichItem, loadSubjects } from './enrich-item.ts';

/** Ends what is left of the set as succeeded, or as a plan in a dry run; answers how all of the set ended. */
export async function settleSubjects(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const groups = await loadSubjects(deps, run);
  await endGroups(deps, run, groups.map((group) => ({ group, outcome: outcomeOf(run, group.leader.data), inputs: group.leader.data.inputs })));
  return resultOf(deps.database, run);
}

function outcomeOf(run: RunInput, { owedOnly, profile, service, written = [], wouldAsk, taskTold, mailTold, remarks = [] }: EnrichItem): Outcome {
  if (run.dryRun) {
    const asks = profile === undefined && wouldAsk !== undefined ? ` ${wouldAsk} was not asked, for that may cost credits.` : '';
    return { state: 'skipped', code: 'dry_run', reason: `Dry run: this is what would have been done.${asks}` };
  }
  const told = [taskTold, mailTold, ...remarks].filter((one) => one !== undefined);
  if (owedOnly === true) return { state: 'succeeded', code: 'told', reason: ['Enriched before', ...told].join('; ') };
  const what = written.length === 0 ? `Nothing new from ${service ?? 'the provider'}` : `${list(written)} from ${service ?? 'the provider'}`;
  return { state: 'succeeded', code: written.length === 0 ? 'unchanged' : 'enriched', reason: [what, ...told].join('; ') };
}
