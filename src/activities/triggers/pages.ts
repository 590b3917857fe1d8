import type { SelectionPlan } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Selection } from '../../domain/selection.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { type Progress, withPage } from './progress.ts';

/** Up to so many ids are taken as they are, without a call: the use case reads its records anyway and says which one is gone. */
const TAKEN_AS_THEY_ARE = 200;

export function isTakenAsItIs(selection: Selection): boolean {
  return 'ids' in selection && selection.ids.length <= TAKEN_AS_THEY_ARE;
}

/** The next records of a selection, and the progress with them. One call, of a page of as many records as Twenty gives at once. */
export async function nextPage(
  deps: ActivityDeps, run: RunInput, selection: Selection, progress: Progress,
): Promise<{ readonly recordIds: readonly string[]; readonly progress: Progress }> {
  if ('ids' in selection && isTakenAsItIs(selection)) {
    const recordIds = [...new Set(selection.ids.map((id) => id.trim().toLowerCase()))];
    return { recordIds, progress: withPage(progress, { selected: recordIds.length, missing: [], cursor: undefined }) };
  }
  const twenty = deps.twenty(progress.connection);
  return onConnection(deps, run, progress.connection, async (context) => {
    const { signal } = context;
    const plan = progress.plan ?? (await twenty.planSelection(progress.object, selection, { signal }));
    const { records, missing, next } = await twenty.selectionPage(plan, progress.cursor, context);
    const recordIds = records.map(({ id }) => id);
    return { recordIds, progress: { ...withPage(progress, { selected: recordIds.length, missing: missing.map(said), cursor: next }), ...kept(plan) } };
  });
}

/** What a view meant at the first page holds for all of them. Ids are not kept twice. */
function kept(plan: SelectionPlan): { readonly plan?: SelectionPlan } {
  return plan.ids === undefined ? { plan } : {};
}

function said({ id, why }: { readonly id: string; readonly why: string }): string {
  return why === 'unknown' ? id : `${id} (${why})`;
}
