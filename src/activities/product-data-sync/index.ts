import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { createMissing } from './create-missing.ts';
import { linkFallTasks, makeFallTasks } from './fall-tasks.ts';
import { findCompaniesOfPage } from './find-companies.ts';
import { openSync } from './open-sync.ts';
import { readPage } from './read-page.ts';
import { closePage, settleSync } from './settle-sync.ts';
import { weighMetrics } from './weigh-metrics.ts';
import { writeMetrics } from './write-metrics.ts';

/** The steps of the product-data-sync workflow. */
export function productDataSyncActivities(deps: ActivityDeps) {
  return {
    openSync: (run: RunInput) => openSync(deps, run),
    readPage: (run: RunInput) => readPage(deps, run),
    findCompaniesOfPage: (run: RunInput) => findCompaniesOfPage(deps, run),
    createMissing: (run: RunInput) => createMissing(deps, run),
    weighMetrics: (run: RunInput) => weighMetrics(deps, run),
    writeMetrics: (run: RunInput) => writeMetrics(deps, run),
    makeFallTasks: (run: RunInput) => makeFallTasks(deps, run),
    linkFallTasks: (run: RunInput) => linkFallTasks(deps, run),
    closePage: (run: RunInput) => closePage(deps, run),
    settleSync: (run: RunInput) => settleSync(deps, run),
  };
}

export type ProductDataSyncActivities = ReturnType<typeof productDataSyncActivities>;
