import type { FoundRecord } from '../../connectors/twenty/index.ts';
import { acceptEvents } from '../../store/accept.ts';
import { findSeen, forgetStates, noteDestroyed } from '../../store/seen.ts';
import { endSweep, findVanished, findWalk, findWatermark, noteVanished, saveWalk } from '../../store/watermarks.ts';
import type { Progress } from '../../domain/catch-up.ts';
import { isPlausibleLoss } from '../../workflows/catch-up/rules.ts';
import { clockOfTwenty, type ObjectReader } from './object-reader.ts';
import { PAGES_AT_ONCE } from './read-changes.ts';
import { destroyedEvent, takePage } from './take-page.ts';

const BATCHES_A_PAGE = 5;
const ACCEPT_STEP = 200;

/**
 * Reads on through all records, for what cannot be found by `updatedAt`: those that are gone for good, and those whose dates
 * were set back. Only a sweep that has come to its end takes records for destroyed; too many of them wait for a person.
 */
export async function sweepRecords(reader: ObjectReader, letGo: boolean): Promise<Progress> {
  const { deps, ref, watched, watchedText, twenty, context } = reader;
  const mark = await findWatermark(deps.database, ref);
  if (mark === undefined) return { done: true, records: 0, events: 0 };
  // What is younger is the business of the walk over changes.
  const settledBefore = mark.watermarkByTwenty;
  const comparison = { baselineAtMs: mark.baselineByTwenty.getTime(), sameFields: mark.watched === watchedText };
  let records = 0;
  let events = 0;
  let walk = await findWalk(deps.database, ref, 'sweep');
  for (let pages = 0; pages < PAGES_AT_ONCE; pages += 1) {
    const page = await twenty.all(ref.object, watched.fields, walk?.cursor, context, BATCHES_A_PAGE);
    const began = walk?.beganByTwenty ?? clockOfTwenty(page.askedAt);
    const settled = page.records.filter(({ updatedAt }) => Date.parse(updatedAt) < settledBefore.getTime());
    await forgetLater(reader, settled, settledBefore);
    events += await takePage(reader, settled, comparison);
    const last = page.records.at(-1);
    const upTo = page.next === undefined ? undefined : last?.id;
    const noticedBefore = began < settledBefore ? began : settledBefore;
    await noteVanished(deps.database, ref, { after: walk?.lastId ?? '', upTo, met: page.records.map(({ id }) => id), noticedBefore });
    records += page.records.length;
    if (page.next === undefined || last === undefined) return { done: true, records, ...(await finish(reader, events, letGo)) };
    walk = { beganByTwenty: began, beganAt: walk?.beganAt ?? new Date(), fromByTwenty: undefined, cursor: page.next, lastId: last.id };
    await saveWalk(deps.database, ref, 'sweep', walk);
  }
  return { done: false, records, events };
}

/** Of a record that is older than what is noted of it, somebody has set the dates back. */
async function forgetLater({ deps, ref }: ObjectReader, records: readonly FoundRecord[], settledBefore: Date): Promise<void> {
  const seen = await findSeen(deps.database, ref, records.map(({ id }) => id));
  const later = records.flatMap(({ id, updatedAt }) => {
    const known = seen.get(id);
    const isSetBack = known !== undefined && known.updatedAtMs > Date.parse(updatedAt) && known.updatedAtMs < settledBefore.getTime();
    return isSetBack ? [{ id, updatedAtMs: known.updatedAtMs }] : [];
  });
  await forgetStates(deps.database, ref, later);
}

async function finish(reader: ObjectReader, events: number, letGo: boolean): Promise<Pick<Progress, 'events' | 'heldGone'>> {
  const { deps, ref, watchedText, twenty, context } = reader;
  const { ids, known } = await findVanished(deps.database, ref);
  if (!letGo && !isPlausibleLoss(ids.length, known)) {
    await endSweep(deps.database, ref, watchedText, ids.length);
    deps.log('records seem to be destroyed', { object: ref.object, workspace: ref.workspace, gone: ids.length, known });
    return { events, heldGone: ids.length };
  }
  // Asked for by name once more: a record that a page has left out is not gone.
  const there = ids.length === 0 ? new Set() : await twenty.existing(ref.object, ids, context);
  const gone = ids.filter((id) => !there.has(id));
  let more = 0;
  for (let start = 0; start < gone.length; start += ACCEPT_STEP) more += await destroy(reader, gone.slice(start, start + ACCEPT_STEP));
  await endSweep(deps.database, ref, watchedText, undefined);
  return { events: events + more };
}

async function destroy(reader: ObjectReader, ids: readonly string[]): Promise<number> {
  const { deps, ref } = reader;
  const seen = await findSeen(deps.database, ref, ids);
  const events = ids.flatMap((id) => {
    const updatedAtMs = seen.get(id)?.updatedAtMs ?? -Infinity;
    return destroyedEvent(reader, id, new Date(Number.isFinite(updatedAtMs) ? updatedAtMs : Date.now()).toISOString()) ?? [];
  });
  const accepted = events.length === 0 ? [] : await acceptEvents(deps.database, events);
  await noteDestroyed(deps.database, ref, ids);
  return accepted.filter(({ repeat }) => !repeat).length;
}
