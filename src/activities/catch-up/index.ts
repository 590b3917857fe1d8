import { watchedObjects } from '../../config/watched-objects.ts';
import { wantBaselines } from '../../store/baselines.ts';
import { createNotifier } from '../../store/notify.ts';
import { findWalk, findWatermark, forgetUnwatched, noteProblem } from '../../store/watermarks.ts';
import type { CatchUpInput, ObjectInput, ObjectPlan, Progress } from '../../domain/catch-up.ts';
import type { ActivityDeps } from '../deps.ts';
import { type ObjectReader, withReader } from './object-reader.ts';
import { readBaseline } from './read-baseline.ts';
import { readChanges } from './read-changes.ts';
import { sweepRecords } from './sweep-records.ts';

const NOTHING: Progress = { done: true, records: 0, events: 0 };

/** Reading what webhooks have not told. Each activity goes on where the last one stood and may be repeated. */
export function catchUpActivities(deps: ActivityDeps) {
  const notify = createNotifier(deps.database);
  const reading = async (input: ObjectInput, work: (reader: ObjectReader) => Promise<Progress>): Promise<Progress> => {
    const progress = (await withReader(deps, input, work)) ?? NOTHING;
    if (progress.events > 0) notify();
    return progress;
  };
  return {
    /** What is to be read in this run. */
    async planCatchUp(input: CatchUpInput): Promise<readonly ObjectPlan[]> {
      const { workspace, connection, sweepEveryMs, sweepNow } = input;
      const watched = watchedObjects(connection, deps.integrations.values());
      await forgetUnwatched(deps.database, workspace, watched.map(({ object }) => object));
      return Promise.all(watched.map(async ({ object, transitions }): Promise<ObjectPlan> => {
        const ref = { workspace, object };
        const versions = new Map([...transitions].map(([name, transition]) => [name, JSON.stringify(transition)]));
        const [mark, sweeping, wantsSnapshots] = await Promise.all([
          findWatermark(deps.database, ref), findWalk(deps.database, ref, 'sweep'), wantBaselines(deps.database, ref, versions),
        ]);
        const isDue = mark !== undefined && mark.sweptAt.getTime() + sweepEveryMs <= Date.now();
        const baseline = mark === undefined ? 'first' : wantsSnapshots ? 'snapshots' : undefined;
        return { object, sweep: sweepNow === true || sweeping !== undefined || isDue, ...(baseline === undefined ? {} : { baseline }) };
      }));
    },
    readBaseline: (input: ObjectInput): Promise<Progress> => reading(input, readBaseline),
    readChanges: (input: ObjectInput): Promise<Progress> => reading(input, readChanges),
    sweepRecords: (input: ObjectInput): Promise<Progress> => reading(input, (reader) => sweepRecords(reader, input.letGo === true)),
    noteCatchUpProblem: ({ workspace, object }: ObjectInput, problem: string): Promise<void> => noteProblem(deps.database, { workspace, object }, problem),
  };
}

export type CatchUpActivities = ReturnType<typeof catchUpActivities>;
