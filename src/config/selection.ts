import { z } from 'zod';
import { readSelection } from '../domain/selection.ts';
import type { Selection as SelectionType } from '../domain/selection.ts';

export type Selection = SelectionType;

/** A selection of Twenty records, as a config or a request says it; every problem says what to write instead. */
export const Selection: z.ZodType<SelectionType, unknown> = z.unknown().transform((value, context) => {
  const reading = readSelection(value);
  if (reading.ok) return reading.selection;
  for (const { path, message } of reading.problems) context.addIssue({ code: 'custom', path: path === '' ? [] : path.split('.'), message });
  return z.NEVER;
});
