import { readSelection } from '../domain/selection.ts';
import { joinPath, type ConfigProblem } from './problems.ts';
import type { ScheduleSettings } from './use-case.ts';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const SHORTHAND = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/;

/** What is wrong with an integration's schedules, whichever use case made them. `path` is the integration's. */
export function scheduleProblems(path: string, schedules: readonly ScheduleSettings[]): ConfigProblem[] {
  return schedules.flatMap((schedule, index) => {
    const at = (...steps: readonly string[]): string => joinPath(path, 'schedules', index, ...steps);
    const { name, when, over } = schedule;
    const reading = over === undefined ? undefined : readSelection(over.selection);
    return [
      ...(NAME.test(name) ? [] : [{ path: at('name'), message: "Write the name in small letters, digits and hyphens, for example 'nightly'." }]),
      ...(schedules.findIndex((other) => other.name === name) < index ? [{ path: at('name'), message: `There is another schedule named “${name}”. Give each a name of its own.` }] : []),
      ...('cron' in when && !isCron(when.cron) ? [{ path: at('when', 'cron'), message: "Write five fields (minute, hour, day, month, weekday), for example '0 3 * * 1-5', or '@daily'." }] : []),
      ...('everyMs' in when && !(when.everyMs >= 1_000) ? [{ path: at('when', 'everyMs'), message: 'Write at least 1000 (a second).' }] : []),
      ...(reading?.ok === false ? reading.problems.map((one) => ({ path: at('over', 'selection', ...(one.path === '' ? [] : [one.path])), message: one.message })) : []),
    ];
  });
}

function isCron(text: string): boolean {
  return SHORTHAND.test(text) || /^\S+(?: +\S+){4,6}$/.test(text.trim());
}
