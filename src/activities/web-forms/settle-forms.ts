import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { settle } from '../../store/settle.ts';
import { resultOf } from '../../store/sets.ts';
import type { ActivityDeps } from '../deps.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { effectKey, type FormItem, formSettings, groupByEmail, loadForms } from './form-item.ts';
import { closeLeftovers } from './leftovers.ts';

/** Ends what is left of the set as succeeded, or as a plan in a dry run; answers how all of the set ended. */
export async function settleForms(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const items = await loadForms(deps, run);
  await closeLeftovers(deps, run, items);
  await settle(deps.database, run, items.map(({ deliveryId, data }) => ({ deliveryId, outcome: outcomeOf(run, data) })));
  return resultOf(deps.database, run);
}

/**
 * Twenty's own workflow links a new person to the company of its address some seconds later. Where another company was chosen,
 * it is set again, once.
 */
export async function restoreLinks(deps: ActivityDeps, run: RunInput): Promise<{ restored: number }> {
  const settings = formSettings(deps, run);
  const groups = groupByEmail(await loadForms(deps, run)).filter(({ leader: { data } }) => isOverwritten(data));
  const ends = await updateRecords(deps, run, {
    connection: settings.twenty,
    object: 'person',
    step: 'company link',
    fields: [],
    updates: groups.map(({ leader, members }) => ({
      key: effectKey(run, leader.deliveryId, 'company-link'),
      summary: 'set the company link again',
      members: members.map(({ deliveryId }) => deliveryId),
      id: leader.data.person!.id,
      plan: (current) => (current.companyId === leader.data.company!.id ? undefined : { companyId: leader.data.company!.id }),
    })),
  });
  return { restored: ends.filter((end) => end === 'updated').length };
}

function isOverwritten({ person, company }: FormItem): boolean {
  return person?.how === 'created' && company?.differs === true;
}

function outcomeOf(run: RunInput, { person, company, task }: FormItem): Outcome {
  if (run.dryRun) return { state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done.' };
  const code = person?.how === 'created' ? 'created' : person?.changed === true ? 'updated' : person?.how === 'trashed' ? 'task_only' : 'unchanged';
  const words = {
    created: 'Person created', updated: 'Person updated', unchanged: 'Person known, nothing to change', task_only: 'Person in the trash, left there',
  }[code];
  const parts = [words, company?.how === 'created' ? 'company created' : undefined, task === undefined ? undefined : `task made${task.assignee === undefined ? '' : ` for ${task.assignee}`}`];
  return { state: 'succeeded', code, reason: parts.filter((part) => part !== undefined).join(', ') };
}
