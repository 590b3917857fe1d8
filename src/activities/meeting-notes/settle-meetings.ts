import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { resultOf } from '../../store/sets.ts';
import { participantWords } from '../../workflows/meeting-notes/note.ts';
import type { ActivityDeps } from '../deps.ts';
import { endMeetings, loadMeetings, type MeetingItem } from './meeting-item.ts';

/** Ends what is left of the set as succeeded, or as a plan in a dry run; answers how all of the set ended. */
export async function settleMeetings(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const groups = await loadMeetings(deps, run);
  await endMeetings(deps, run, groups.map((group) => ({ group, outcome: outcomeOf(run, group.leader.data) })));
  return resultOf(deps.database, run);
}

function outcomeOf(run: RunInput, { how = 'unchanged', found, tasks = [], mails = 0, remarks = [] }: MeetingItem): Outcome {
  if (run.dryRun) return { state: 'skipped', code: 'dry_run', reason: 'Dry run: this is what would have been done.' };
  const words = { created: 'Note made', updated: 'Note completed', unchanged: 'Note stands as it was' }[how];
  const linked = found === undefined ? [] : [...found.people, ...found.companies, ...(found.opportunity === undefined ? [] : [found.opportunity])].map(({ name }) => name);
  const parts = [
    `${words}${linked.length === 0 ? ', linked to nothing' : ` for ${linked.join(', ')}`}`,
    tasks.length === 0 ? undefined : count(tasks.length, 'task'),
    mails === 0 ? undefined : count(mails, 'mail'),
    ...remarks,
  ];
  const unknown = found === undefined || found.unknown.length === 0 ? '' : `. Not in Twenty: ${found.unknown.map(participantWords).join(', ')}`;
  const trashed = found === undefined || found.trashed.length === 0 ? '' : `. In the trash and left there: ${found.trashed.map(participantWords).join(', ')}`;
  return { state: 'succeeded', code: how, reason: `${parts.filter((part) => part !== undefined).join('; ')}${unknown}${trashed}` };
}

function count(n: number, one: string): string {
  return `${String(n)} ${n === 1 ? one : `${one}s`}`;
}
