import type { CompanyState } from './contract.ts';

/** How a sync ended, in numbers. */
export interface SyncCounts {
  readonly rows: number;
  readonly states: ReadonlyMap<string, number>;
  /** Companies that were dealt with although not all of them could be read, or their task was refused. */
  readonly remarks: number;
  readonly tasks: number;
  /** The first of the companies that Twenty has not. */
  readonly unmatched: readonly string[];
}

const WORDS: readonly (readonly [CompanyState, string, string])[] = [
  ['written', 'written', 'to be written'],
  ['created', 'created', 'to be created'],
  ['unchanged', 'unchanged', 'unchanged'],
  ['unmatched', 'not in Twenty', 'not in Twenty'],
  ['ambiguous', 'not clear', 'not clear'],
  ['same_company', 'named twice', 'named twice'],
  ['trashed', 'in the trash', 'in the trash'],
  ['deleted', 'deleted meanwhile', 'deleted meanwhile'],
  ['refused', 'refused by Twenty', 'refused by Twenty'],
  ['no_key', 'without a key', 'without a key'],
  ['unreadable', 'not readable', 'not readable'],
];

/** One line on what a sync did, or would do; the first companies that are missing by name. */
export function outcomeWords({ rows, states, remarks, tasks, unmatched }: SyncCounts, isPlan: boolean): string {
  const parts = WORDS.flatMap(([state, done, planned]) => {
    const count = states.get(state) ?? 0;
    if (count === 0) return [];
    return [`${shown(count)} ${isPlan ? planned : done}${state === 'unmatched' ? named(unmatched, count) : ''}`];
  });
  const told = tasks === 0 ? [] : [`${shown(tasks)} ${tasks === 1 ? 'task' : 'tasks'}${isPlan ? ' to be made' : ''}`];
  const noted = remarks === 0 ? [] : [`${shown(remarks)} with a remark`];
  return `${shown(rows)} ${rows === 1 ? 'row' : 'rows'}: ${[...parts, ...noted, ...told].join(', ') || 'nothing to do'}`;
}

function named(names: readonly string[], count: number): string {
  const more = count - names.length;
  return names.length === 0 ? '' : ` (${names.join(', ')}${more > 0 ? ` and ${shown(more)} more` : ''})`;
}

function shown(count: number): string {
  return count.toLocaleString('en');
}
