import type { Value } from '../../domain/sync.ts';
import type { OpenConflict } from '../../store/sync-conflicts.ts';

/** A conflict as the task tells it: both values, who and when, and how to decide. Markdown. */
export function conflictWords(conflict: OpenConflict, object: string, timeZone = 'UTC'): string {
  const { id, field, twenty, external, base, twentyBy, twentyAt, externalAt, lostSide } = conflict;
  const when = (at: Date | undefined): readonly string[] => (at === undefined ? [] : [new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)]);
  const about = { twenty: [...(twentyBy === undefined ? [] : [twentyBy]), ...when(twentyAt)], external: when(externalAt) };
  const command = `\`sluice sync resolve ${id} --keep`;
  if (lostSide !== undefined) {
    const [place, other] = lostSide === 'twenty' ? (['Twenty', 'external'] as const) : ([object, 'twenty'] as const);
    return [
      `An edit of **${field}** in ${place} was covered by a write that was under way.`,
      [line('The edit', conflict[lostSide], about[lostSide]), ...(base === undefined ? [] : [line('Both hold now', base[lostSide])])].join('\n'),
      `Bring it back with ${command} ${lostSide}\`, or leave things as they are with \`--keep ${other}\`.`,
    ].join('\n');
  }
  return [
    `**${field}** was changed on both sides.`,
    [line('In Twenty', twenty, about.twenty), line(`In ${object}`, external, about.external), ...(base === undefined ? [] : [line('Both held before', base.twenty)])].join('\n'),
    `Make both equal, or decide with ${command} twenty\` (or external, or --value).`,
  ].join('\n');
}

function line(where: string, value: Value, about: readonly string[] = []): string {
  return `- ${where}: ${shown(value)}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}

/** As much of a value as a task has room for. */
const ROOM = 1_000;

function shown(value: Value): string {
  if (value === null || value === '') return '(nothing)';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length <= ROOM ? text : `${text.slice(0, ROOM).toWellFormed()}…`;
}
