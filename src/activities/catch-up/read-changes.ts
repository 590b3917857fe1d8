import { endChanges, findWalk, findWatermark, saveWalk } from '../../store/watermarks.ts';
import type { Progress } from '../../domain/catch-up.ts';
import { clockOfTwenty, type ObjectReader } from './object-reader.ts';
import { takePage } from './take-page.ts';

/** Pages that one activity reads at most; what it has read is kept whenever it ends. */
export const PAGES_AT_ONCE = 10;
/** Read again each time: a change is dated when its transaction begins and seen when it is committed. */
const OVERLAP_MS = 120_000;
/** What is dated this shortly before the walk began may not have been committed yet: Twenty ends a statement after ten seconds. */
const SLACK_MS = 15_000;
/** A walk ends so far behind its own beginning, however fast records go on changing. */
const RUN_ON_MS = 60_000;

/** Reads on in what has changed since the watermark, which moves when the walk has come to its end. */
export async function readChanges(reader: ObjectReader): Promise<Progress> {
  const { deps, ref, watched, watchedText, twenty, context } = reader;
  const mark = await findWatermark(deps.database, ref);
  if (mark === undefined) return { done: true, records: 0, events: 0 };
  const comparison = { baselineAtMs: mark.baselineByTwenty.getTime(), sameFields: mark.watched === watchedText };
  let records = 0;
  let events = 0;
  let walk = await findWalk(deps.database, ref, 'changes');
  for (let pages = 0; pages < PAGES_AT_ONCE; pages += 1) {
    const from = walk?.fromByTwenty ?? new Date(mark.watermarkByTwenty.getTime() - OVERLAP_MS);
    const page = await twenty.changedSince(ref.object, watched.fields, from.toISOString(), walk?.cursor, context);
    const began = walk?.beganByTwenty ?? clockOfTwenty(page.askedAt);
    events += await takePage(reader, page.records, comparison);
    records += page.records.length;
    const last = page.records.at(-1);
    if (page.next === undefined || last === undefined || Date.parse(last.updatedAt) > began.getTime() + RUN_ON_MS) {
      await endChanges(deps.database, ref, new Date(began.getTime() - SLACK_MS));
      return { done: true, records, events };
    }
    walk = { beganByTwenty: began, beganAt: walk?.beganAt ?? new Date(), fromByTwenty: from, cursor: page.next, lastId: last.id };
    await saveWalk(deps.database, ref, 'changes', walk);
  }
  return { done: false, records, events };
}
