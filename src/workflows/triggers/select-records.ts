import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, steps, summary } from '../runtime/conduct.ts';

/**
 * A start over records becomes one delivery per record, in the records' lanes, where the dispatcher makes sets of them. The
 * pages are kept with the run's items, so that whatever is interrupted goes on where it was.
 */
export async function selectRecords(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = steps();
    const { open } = await own.openSelections.executeWithOptions(summary(run, 'Read the selections'), [run]);
    for (const { deliveryId, connection } of open) {
      const { selectPages } = connection === undefined ? own : steps(connection);
      for (let part = 1, done = false; !done; part += 1) {
        ({ done } = await selectPages.executeWithOptions(summary(run, part === 1 ? 'Select records' : `Select records, part ${String(part)}`), [run, deliveryId]));
      }
    }
    return own.settleSelections.executeWithOptions(summary(run, 'Note what was selected'), [run]);
  });
}
