import { continueAsNew, sleep } from '@temporalio/workflow';
import type { ProductDataSyncActivities } from '../../activities/product-data-sync/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * The warehouse is read to its end, page by page; then its companies are looked up in Twenty in sets, the metrics that changed are
 * written, and the owners of accounts whose metrics have fallen get a task. How far it has come stands in Postgres, so that a run goes
 * on from the page it was on, whichever run that is; after some steps it goes on as a new one, which keeps its history small.
 */
export async function productDataSync(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<ProductDataSyncActivities>();
    const sync = await own.openSync.executeWithOptions(summary(run, 'Take up the sync'), [run]);
    if (sync.phase === 'ended') return own.settleSync.executeWithOptions(summary(run, 'Note the outcome'), [run]);
    const warehouse = steps<ProductDataSyncActivities>(sync.connections.warehouse);
    const twenty = steps<ProductDataSyncActivities>(sync.connections.twenty);
    let taken = 0;
    const goOn = async (): Promise<void> => {
      if (taken >= sync.perRun) await continueAsNew<typeof productDataSync>(run);
      taken += 1;
    };

    for (let isReading = sync.phase === 'reading'; isReading; ) {
      await goOn();
      const { waitMs, isLast } = await warehouse.readPage.executeWithOptions(summary(run, 'Read a page of the warehouse'), [run]);
      if (waitMs > 0) await sleep(waitMs);
      isReading = !isLast;
    }
    for (;;) {
      await goOn();
      const { companies, toCreate } = await twenty.findCompaniesOfPage.executeWithOptions(summary(run, 'Find the next companies'), [run]);
      if (companies === 0) break;
      if (toCreate > 0) await twenty.createMissing.executeWithOptions(summary(run, `Create ${count(toCreate, 'company', 'companies')}`), [run]);
      const { toWrite, falls } = await own.weighMetrics.executeWithOptions(summary(run, `Weigh the metrics of ${count(companies, 'company', 'companies')}`), [run]);
      if (toWrite > 0) await twenty.writeMetrics.executeWithOptions(summary(run, `Write the metrics of ${count(toWrite, 'company', 'companies')}`), [run]);
      if (falls > 0) {
        const { made } = await twenty.makeFallTasks.executeWithOptions(summary(run, `Create ${count(falls, 'task', 'tasks')}`), [run]);
        if (made > 0) await twenty.linkFallTasks.executeWithOptions(summary(run, 'Link the tasks to the companies'), [run]);
      }
      await own.closePage.executeWithOptions(summary(run, 'Note how far the sync has come'), [run]);
    }
    return own.settleSync.executeWithOptions(summary(run, 'Note the outcome'), [run]);
  });
}

function count(n: number, one: string, many: string): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
