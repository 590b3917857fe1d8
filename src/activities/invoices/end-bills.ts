import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd } from '../records/record-groups.ts';
import type { ToolEnd } from '../tools/carry-out.ts';
import type { Bill } from './deal-item.ts';

/** What helps where the draft is made already: it keeps what it was made of, and only without it is a new one made. */
export const WITHOUT_DRAFT = 'Delete the draft there, put the deal right, then retry.';

/** Ends the deals whose step was refused or whose fate nobody knows; the others go on. `what` is “the draft”. */
export async function endBills(deps: ActivityDeps, run: RunInput, all: readonly { readonly bill: Bill; readonly end: ToolEnd<unknown>; readonly before: string; readonly what: string; readonly remedy?: string }[]): Promise<void> {
  await endGroups(deps, run, all.flatMap(({ bill, end, before, what, remedy = 'Put it right, then retry.' }): GroupEnd[] => {
    const outcome = outcomeOf(end, before, what, remedy);
    return outcome === undefined ? [] : [{ group: bill.group, outcome }];
  }));
}

function outcomeOf(end: ToolEnd<unknown>, before: string, what: string, remedy: string): Outcome | undefined {
  if (end.status === 'rejected') return { state: 'failed', code: end.code, reason: `${before}, and ${what} was refused: ${end.message}. ${remedy}` };
  if (end.status === 'unknown') return { state: 'held', code: end.code, reason: `${before}. Whether ${what} was made, nobody can say: look in the billing tool. Nothing is made twice.` };
  return undefined;
}
