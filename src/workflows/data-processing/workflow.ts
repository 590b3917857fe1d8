import { continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import type { DataProcessingActivities } from '../../activities/data-processing/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/** Handed on from run to run of one set: where it is, in names and counts. */
export interface DataProgress {
  readonly stage: 'pull' | 'rows';
  readonly connections: { readonly twenty: string; readonly feed?: string; readonly mail?: string };
  readonly bodies: number;
  readonly page: number;
}

/** Pages of a run; then the next one goes on, so that no history grows with the file. */
const PAGES_PER_RUN = 25;

/**
 * Files are read and checked row by row into a table, feeds page by page. Then rows are worked off, up to 200 at a time: doubles end, the others are
 * looked up in Twenty, their companies made, new records made and what differs written. What was bad is told once, and every file ends with its counts.
 */
export async function dataProcessing(run: RunInput, progress?: DataProgress): Promise<RunResult> {
  return conduct(run, async () => {
    const own = steps<DataProcessingActivities>();
    const local = localSteps<DataProcessingActivities>();
    const at = progress ?? (await begin(run));
    const { connections } = at;
    const twenty = steps<DataProcessingActivities>(connections.twenty);

    if (at.stage === 'pull' && connections.feed !== undefined) {
      const { pullPage } = steps<DataProcessingActivities>(connections.feed);
      for (let page = 1; ; page += 1) {
        const { done } = await pullPage.executeWithOptions(summary(run, `Fetch page ${String(at.page + page)}`), [run]);
        if (done) break;
        if (page === PAGES_PER_RUN) return continueAsNew<typeof dataProcessing>(run, { ...at, page: at.page + page });
      }
    }
    if (at.stage === 'pull' && at.bodies > 0) await own.readFiles.executeWithOptions(summary(run, 'Read and check the rows'), [run]);

    const before = at.stage === 'pull' ? 0 : at.page;
    for (let page = 1; ; page += 1) {
      const taken = await local.takePage.executeWithOptions(summary(run, 'Take the next rows'), [run]);
      if (!taken.more) break;
      const rows = `${String(taken.rows)} rows from row ${String(taken.from)} on, of ${String(taken.total)}`;
      setCurrentDetails(`Working on ${rows}.`);
      if (taken.rows > 0) await workOff(run, twenty, rows);
      if (page === PAGES_PER_RUN) return continueAsNew<typeof dataProcessing>(run, { ...at, stage: 'rows', page: before + page });
    }

    if (connections.mail !== undefined) {
      const { files } = await local.countBadFiles.executeWithOptions(summary(run, 'Count the bad rows'), [run]);
      if (files > 0) await steps<DataProcessingActivities>(connections.mail).mailBadRows.executeWithOptions(summary(run, 'Mail about the bad rows'), [run]);
    }
    return local.settleFiles.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

async function begin(run: RunInput): Promise<DataProgress> {
  const { connections, bodies, feeds } = await steps<DataProcessingActivities>().openFiles.executeWithOptions(summary(run, 'Take up the files'), [run]);
  await steps<DataProcessingActivities>(connections.twenty).checkFields.executeWithOptions(summary(run, 'See whether Twenty has the fields'), [run]);
  return { stage: 'pull', connections: feeds > 0 ? connections : withoutFeed(connections), bodies, page: 0 };
}

function withoutFeed({ twenty, mail }: DataProgress['connections']): DataProgress['connections'] {
  return { twenty, ...(mail === undefined ? {} : { mail }) };
}

async function workOff(run: RunInput, twenty: ReturnType<typeof steps<DataProcessingActivities>>, rows: string): Promise<void> {
  const found = await twenty.matchRows.executeWithOptions(summary(run, `Look up ${rows}`), [run]);
  if (found.companies > 0) await twenty.makeCompanies.executeWithOptions(summary(run, 'Create the companies that are missing'), [run]);
  const { updates } = found.creates === 0 ? { updates: 0 } : await twenty.createRows.executeWithOptions(summary(run, `Create ${String(found.creates)} records`), [run]);
  if (found.updates + updates > 0) await twenty.updateRows.executeWithOptions(summary(run, `Update ${String(found.updates + updates)} records`), [run]);
}
