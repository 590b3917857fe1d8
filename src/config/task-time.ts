import { z } from 'zod';
import * as field from './fields.ts';

/** When a task is due that an integration makes: spread into the settings of a task. */
export function taskTime(usual: { readonly dueInWorkingDays: number }) {
  return {
    dueInWorkingDays: field.wholeNumber(0, 365).default(usual.dueInWorkingDays),
    dueHour: field.wholeNumber(0, 23).default(17),
    /** The workspace's time zone when left out. */
    timeZone: field.timeZone().optional(),
    /** Days nobody works, 0 = Sunday. */
    weekend: z.array(field.wholeNumber(0, 6)).max(6, { error: 'A week needs at least one working day.' }).default([0, 6]),
    holidays: z.array(field.day()).default([]),
  };
}

/** The settings of a task after validation, as far as its time goes. */
export interface TaskTime {
  readonly dueInWorkingDays: number;
  readonly dueHour: number;
  readonly timeZone?: string | undefined;
  readonly weekend: readonly number[];
  readonly holidays: readonly string[];
}
