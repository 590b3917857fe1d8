import type { CompareProgress } from '../../activities/bidirectional-sync/compare-pairs.ts';
import type { BidirectionalSyncActivities } from '../../activities/bidirectional-sync/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * Events are hints: both records of each pair are read, merged field by field against what they held when they last agreed, and what
 * differs is written. A pair whose sides move while it is worked on is looked at again. Work over all pairs reads what changed and adds
 * a delivery for each to the lane of its pair.
 */
export async function bidirectionalSync(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<BidirectionalSyncActivities>();
    const opened = await own.openPairs.executeWithOptions(summary(run, 'Take up the pairs'), [run]);
    const twenty = steps<BidirectionalSyncActivities>(opened.connections.twenty);
    const external = steps<BidirectionalSyncActivities>(opened.connections.external);

    for (const { deliveryId, job, write } of opened.jobs) {
      if (job === 'changes') await until(() => external.takeChanges.executeWithOptions(summary(run, 'Read what changed on the other side'), [run, deliveryId]));
      if (job === 'drift') await compare(run, deliveryId, twenty);
      if (job === 'first-load' || job === 'complete-read') {
        await until(() => external.readAllOfExternal.executeWithOptions(summary(run, 'Read all of the other side'), [run, deliveryId, job]));
        await until(() => twenty.readAllOfTwenty.executeWithOptions(summary(run, 'Read all of Twenty'), [run, deliveryId, job]));
      }
      if (job === 'complete-read') await own.judgeDeletes.executeWithOptions(summary(run, 'Look for what was deleted'), [run, deliveryId]);
      if (job === 'first-load') {
        const { goOn } = await own.planFirstLoad.executeWithOptions(summary(run, 'Match both sides'), [run, deliveryId, write]);
        if (goOn) await until(() => own.writeFirstLoad.executeWithOptions(summary(run, 'Take up every record'), [run, deliveryId]));
      }
    }
    if (opened.pairs === 0) return own.settlePairs.executeWithOptions(summary(run, 'Note the outcomes'), [run]);

    await twenty.readTwentySide.executeWithOptions(summary(run, `Read ${pairs(opened.pairs)} in Twenty`), [run]);
    const { alone } = await external.readExternalSide.executeWithOptions(summary(run, `Read ${pairs(opened.pairs)} on the other side`), [run]);
    if (alone > 0) await twenty.matchInTwenty.executeWithOptions(summary(run, `Look for ${String(alone)} in Twenty`), [run]);
    const { toExternal, toTwenty } = await own.mergePairs.executeWithOptions(summary(run, `Merge ${pairs(opened.pairs)}`), [run]);
    if (toExternal > 0) {
      await external.writeExternalSide.executeWithOptions(summary(run, `Write ${pairs(toExternal)} to the other side`), [run]);
      await external.removeExternal.executeWithOptions(summary(run, 'Remove what was deleted in Twenty'), [run]);
    }
    if (toTwenty > 0) {
      await twenty.createInTwenty.executeWithOptions(summary(run, 'Make what Twenty lacks'), [run]);
      await twenty.removeInTwenty.executeWithOptions(summary(run, 'Trash what was deleted on the other side'), [run]);
      await twenty.updateTwentySide.executeWithOptions(summary(run, `Write ${pairs(toTwenty)} to Twenty`), [run]);
    }
    const { opened: asked, closed } = await own.keepPairs.executeWithOptions(summary(run, 'Keep what both sides hold now'), [run]);
    if (asked > 0) {
      const { made } = await twenty.makeConflictTasks.executeWithOptions(summary(run, 'Ask people to decide'), [run]);
      if (made > 0) await twenty.linkConflictTasks.executeWithOptions(summary(run, 'Link the tasks'), [run]);
    }
    if (closed > 0) await twenty.closeConflictTasks.executeWithOptions(summary(run, 'Close tasks that are settled'), [run]);
    return own.settlePairs.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

type Steps = ReturnType<typeof steps<BidirectionalSyncActivities>>;

/** Compares all pairs page by page, and counts what differs. */
async function compare(run: RunInput, deliveryId: string, twenty: Steps): Promise<void> {
  for (let at: CompareProgress = { compared: 0, differ: 0 }; ; ) {
    const { done, ...progress } = await twenty.comparePairs.executeWithOptions(summary(run, 'Compare both sides'), [run, deliveryId, at]);
    if (done) return;
    at = progress;
  }
}

async function until(step: () => Promise<{ done: boolean }>): Promise<void> {
  for (let done = false; !done; ) ({ done } = await step());
}

function pairs(n: number): string {
  return `${String(n)} ${n === 1 ? 'pair' : 'pairs'}`;
}
