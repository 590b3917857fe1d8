import type { Database } from './database.ts';
import { listWatermarks } from './watermarks.ts';

/** How far the reading of a watched object has come, for people. */
export interface CatchUpState {
  readonly workspace: string;
  readonly object: string;
  /** `unread`: its records have not been read yet. `held`: so many are gone that a person has to say what that means. */
  readonly state: 'unread' | 'current' | 'held' | 'failing';
  /** Every change with an `updatedAt` up to this instant, of Twenty's clock, has been dealt with. */
  readonly completeUntil?: Date;
  readonly lastRunAt?: Date;
  readonly sweptAt?: Date;
  /** How many records seem to be destroyed. */
  readonly heldGone?: number;
  readonly problem?: string;
}

/** The state of every watched object, by workspace and name. */
export async function catchUpStates(
  database: Database, targets: readonly { readonly workspace: string; readonly objects: readonly string[] }[],
): Promise<readonly CatchUpState[]> {
  const marks = await listWatermarks(database);
  return targets.flatMap(({ workspace, objects }) => objects.toSorted().map((object): CatchUpState => {
    const mark = marks.find((one) => one.workspace === workspace && one.object === object);
    if (mark === undefined) return { workspace, object, state: 'unread' };
    const { watermarkByTwenty, lastRunAt, sweptAt, heldGone, problem } = mark;
    return {
      workspace, object, sweptAt,
      state: problem !== undefined ? 'failing' : heldGone !== undefined ? 'held' : 'current',
      completeUntil: watermarkByTwenty,
      ...(lastRunAt === undefined ? {} : { lastRunAt }),
      ...(heldGone === undefined ? {} : { heldGone }),
      ...(problem === undefined ? {} : { problem }),
    };
  }));
}
