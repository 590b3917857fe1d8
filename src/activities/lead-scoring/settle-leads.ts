import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { dropAnswers } from '../../store/score-answers.ts';
import { resultOf } from '../../store/sets.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups } from '../records/record-groups.ts';
import { type LeadItem, loadLeads, scoringOf } from './lead-item.ts';

/** Ends what is left of the set as succeeded, or as a plan in a dry run; answers how all of the set ended. */
export async function settleLeads(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const { write, scorer } = scoringOf(deps, run).settings;
  const groups = await loadLeads(deps, run);
  if (scorer !== undefined && !run.dryRun) await dropAnswers(deps.database, run.integration, groups.map(({ recordId }) => recordId));
  await endGroups(deps, run, groups.map((group) => ({ group, outcome: outcomeOf(run, group.leader.data, write.score), inputs: group.leader.data.inputs })));
  return resultOf(deps.database, run);
}

function outcomeOf(run: RunInput, { result, written, person, told }: LeadItem, scoreField: string): Outcome {
  if (run.dryRun) return { state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done.' };
  const score = `${String(result?.score ?? 0)} points`;
  const before = person?.[scoreField];
  const was = typeof before === 'number' && before !== result?.score ? ` instead of ${String(before)}` : '';
  const words = written === true ? `${score}${was}` : `Still ${score}`;
  return { state: 'succeeded', code: written === true ? 'scored' : 'unchanged', reason: told === undefined ? words : `${words}, ${told}` };
}
