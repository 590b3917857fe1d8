import { fillIn, oneLine } from '../../domain/text.ts';
import type { Fall, FallTask } from './settings.ts';

/** The title of a task and why the function of the configuration did not write it. */
export function fallTitle(configured: FallTask['title'], fall: Fall): { readonly title: string; readonly remark?: string } {
  try {
    const title = typeof configured === 'function' ? configured(fall) : fillIn(configured, { company: fall.company, metric: fall.metric, value: shownNumber(fall.value) });
    return { title: oneLine(title) || usualTitle(fall) };
  } catch (error) {
    return { title: usualTitle(fall), remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

/** What happened, with the numbers, and remarks below. */
export function fallBody({ metric, value, before, why, limit }: Fall, remarks: readonly string[]): string {
  const from = before === undefined ? '' : `, after ${shownNumber(before)} at the sync before`;
  const rule = why === 'below' ? `That is under ${shownNumber(limit)}.` : `That is a drop of ${shownNumber(limit)} % or more.`;
  return [`${metric} is ${shownNumber(value)}${from}.`, rule, ...remarks].join('\n\n');
}

/** A number as people read it: 1234.5 as 1,234.5. */
export function shownNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

function usualTitle({ company, metric, value }: Fall): string {
  return oneLine(`${metric} of ${company} fell to ${shownNumber(value)}`);
}
