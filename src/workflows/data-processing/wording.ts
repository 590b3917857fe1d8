import type { Outcome } from '../../domain/delivery.ts';
import type { FileProblem, RowCounts } from './contract.ts';

const SHOWN_CODES = 5;

/** “4,980 of 5,000 rows: 3,000 created, 1,900 updated, 80 unchanged, 20 rejected (12 email_invalid, 8 required)”. The first number is of those that came to a good end. */
export function countWords({ total, byState, codes }: RowCounts, planned = false): string {
  const count = (state: string): number => byState[state] ?? 0;
  const good = count('created') + count('updated') + count('unchanged') + count('skipped');
  const verbs = planned ? { created: 'to create', updated: 'to update' } : { created: 'created', updated: 'updated' };
  const reasons = Object.entries(codes).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const listed = reasons.slice(0, SHOWN_CODES).map(([code, times]) => `${grouped(times)} ${code}`);
  const parts = [
    [count('created'), verbs.created], [count('updated'), verbs.updated], [count('unchanged'), 'unchanged'], [count('skipped'), 'skipped'],
    [count('held'), 'held for a person'], [count('rejected'), `rejected${listed.length === 0 ? '' : ` (${listed.join(', ')}${reasons.length > SHOWN_CODES ? ', …' : ''})`}`],
  ] as const;
  const told = parts.filter(([times]) => times > 0).map(([times, words]) => `${grouped(times)} ${words}`);
  return `${grouped(good)} of ${grouped(total)} ${total === 1 ? 'row' : 'rows'}${told.length === 0 ? '' : `: ${told.join(', ')}`}`;
}

/** How a file ended. It fails as a whole only when it could not be read, or when no row of it came to a good end. */
export function outcomeOf(counts: RowCounts, problem: FileProblem | undefined, dryRun: boolean): Outcome {
  const words = countWords(counts, dryRun);
  const rejected = counts.byState['rejected'] ?? 0;
  const held = counts.byState['held'] ?? 0;
  if (problem?.code === 'feed_unchanged') return { state: 'skipped', code: problem.code, reason: problem.message };
  if (problem !== undefined) return { state: 'failed', code: problem.code, reason: counts.total === 0 ? problem.message : `${problem.message} ${words}.` };
  if (dryRun) return { state: 'skipped', code: 'dry_run', reason: `Dry run: this is what would have been done. ${words}.` };
  if (counts.total === 0) return { state: 'skipped', code: 'no_rows', reason: 'There was no row in it.' };
  const again = 'sluice rows gives them to you for correction.';
  if (rejected === counts.total) return { state: 'failed', code: 'all_rows_rejected', reason: `${words}; ${again}` };
  if (held > 0 && held + rejected === counts.total) return { state: 'held', code: 'rows_held', reason: `${words}; ${again}` };
  if (rejected + held > 0) return { state: 'succeeded', code: rejected > 0 ? 'rows_rejected' : 'rows_held', reason: `${words}; ${again}` };
  return { state: 'succeeded', code: 'rows_done', reason: words };
}

/** 12345 as “12,345”. */
export function grouped(n: number): string {
  return String(n).replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}
