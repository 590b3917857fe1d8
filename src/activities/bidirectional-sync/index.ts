import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { comparePairs, type CompareProgress } from './compare-pairs.ts';
import { closeConflictTasks, linkConflictTasks, makeConflictTasks } from './conflict-tasks.ts';
import { planFirstLoad, readAllOfExternal, readAllOfTwenty, writeFirstLoad } from './first-load.ts';
import { judgeDeletes, removeExternal, removeInTwenty } from './deletes.ts';
import { keepPairs } from './keep-pairs.ts';
import { mergePairs } from './merge-pairs.ts';
import { openPairs } from './open-pairs.ts';
import { matchInTwenty } from './match-in-twenty.ts';
import { readExternalSide, readTwentySide } from './read-sides.ts';
import { settlePairs } from './settle-pairs.ts';
import { takeChanges } from './take-changes.ts';
import { writeExternalSide } from './write-external.ts';
import { createInTwenty, updateTwentySide } from './write-twenty.ts';

/** The steps of the two-way sync. */
export function bidirectionalSyncActivities(deps: ActivityDeps) {
  return {
    readAllOfTwenty: (run: RunInput, deliveryId: string, kind: 'first-load' | 'complete-read') => readAllOfTwenty(deps, run, deliveryId, kind),
    readAllOfExternal: (run: RunInput, deliveryId: string, kind: 'first-load' | 'complete-read') => readAllOfExternal(deps, run, deliveryId, kind),
    planFirstLoad: (run: RunInput, deliveryId: string, write: boolean) => planFirstLoad(deps, run, deliveryId, write),
    writeFirstLoad: (run: RunInput, deliveryId: string) => writeFirstLoad(deps, run, deliveryId),
    judgeDeletes: (run: RunInput, deliveryId: string) => judgeDeletes(deps, run, deliveryId),
    comparePairs: (run: RunInput, deliveryId: string, at: CompareProgress) => comparePairs(deps, run, deliveryId, at),
    removeExternal: (run: RunInput) => removeExternal(deps, run),
    removeInTwenty: (run: RunInput) => removeInTwenty(deps, run),
    openPairs: (run: RunInput) => openPairs(deps, run),
    takeChanges: (run: RunInput, deliveryId: string) => takeChanges(deps, run, deliveryId),
    readTwentySide: (run: RunInput) => readTwentySide(deps, run),
    readExternalSide: (run: RunInput) => readExternalSide(deps, run),
    matchInTwenty: (run: RunInput) => matchInTwenty(deps, run),
    mergePairs: (run: RunInput) => mergePairs(deps, run),
    writeExternalSide: (run: RunInput) => writeExternalSide(deps, run),
    createInTwenty: (run: RunInput) => createInTwenty(deps, run),
    updateTwentySide: (run: RunInput) => updateTwentySide(deps, run),
    keepPairs: (run: RunInput) => keepPairs(deps, run),
    makeConflictTasks: (run: RunInput) => makeConflictTasks(deps, run),
    linkConflictTasks: (run: RunInput) => linkConflictTasks(deps, run),
    closeConflictTasks: (run: RunInput) => closeConflictTasks(deps, run),
    settlePairs: (run: RunInput) => settlePairs(deps, run),
  };
}

export type BidirectionalSyncActivities = ReturnType<typeof bidirectionalSyncActivities>;
