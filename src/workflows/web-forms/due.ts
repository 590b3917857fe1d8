import { dueAfterWorkingDays } from '../../normalise/working-days.ts';
import type { TaskSettings } from './settings.ts';

/** When the follow-up is due, an ISO 8601 instant. `fromMs` is when the form came in, so that a late run promises no later day. */
export function taskDueAt(task: TaskSettings, fromMs: number): string {
  return dueAfterWorkingDays(fromMs, task.dueInWorkingDays, {
    timeZone: task.timeZone ?? 'UTC', weekend: task.weekend, holidays: task.holidays, dueHour: task.dueHour,
  });
}
