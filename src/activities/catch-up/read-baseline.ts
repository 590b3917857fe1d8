import { lookAt } from '../../config/record-routing.ts';
import type { FoundRecord } from '../../connectors/twenty/index.ts';
import { clockOf, joinBaseline, storeBaseline } from '../../store/baselines.ts';
import { noteSeen } from '../../store/seen.ts';
import { endBaseline, findWalk, findWatermark, saveWalk } from '../../store/watermarks.ts';
import type { Progress } from '../../domain/catch-up.ts';
import { clockOfTwenty, found, type ObjectReader } from './object-reader.ts';
import { PAGES_AT_ONCE } from './read-changes.ts';

/** A webhook may be under way for so long: until then it may still tell of a creation before the baseline. */
const WEBHOOK_DELAY_MS = 3_600_000;

/**
 * Reads on through all records, once, without events: what is there when an object is first watched is no news. What changes
 * while it reads is left to be: such a record is noted as being there and no more.
 */
export async function readBaseline(reader: ObjectReader): Promise<Progress> {
  const { deps, ref, watched, watchedText, twenty, context } = reader;
  const isFirst = (await findWatermark(deps.database, ref)) === undefined;
  let records = 0;
  let walk = await findWalk(deps.database, ref, 'baseline');
  for (let pages = 0; pages < PAGES_AT_ONCE; pages += 1) {
    const beganAt = walk?.beganAt ?? (await clockOf(deps.database));
    const page = await twenty.all(ref.object, watched.fields, walk?.cursor, context);
    const began = walk?.beganByTwenty ?? clockOfTwenty(page.askedAt);
    const before = page.records.filter(({ createdAt }) => Date.parse(createdAt) < began.getTime());
    if (isFirst) await note(reader, before, began);
    for (const integration of await joinBaseline(deps.database, ref, beganAt, walk === undefined)) await snapshot(reader, integration, before, began, beganAt);
    records += page.records.length;
    const last = page.records.at(-1);
    if (page.next === undefined || last === undefined) {
      await endBaseline(deps.database, ref, { byTwenty: began, at: beganAt }, watchedText);
      return { done: true, records, events: 0 };
    }
    walk = { beganByTwenty: began, beganAt, fromByTwenty: undefined, cursor: page.next, lastId: last.id };
    await saveWalk(deps.database, ref, 'baseline', walk);
  }
  return { done: false, records, events: 0 };
}

async function note(reader: ObjectReader, records: readonly FoundRecord[], began: Date): Promise<void> {
  const sights = records.map((record) => {
    const { createdAtMs, updatedAtMs, deletedAtMs, hash } = found(reader, record);
    const createdKnown = createdAtMs < began.getTime() - WEBHOOK_DELAY_MS;
    return updatedAtMs < began.getTime()
      ? { id: record.id, updatedAt: record.updatedAt, hash, deleted: deletedAtMs !== undefined, createdKnown }
      : { id: record.id, updatedAt: undefined, hash: '', deleted: false, createdKnown };
  });
  await noteSeen(reader.deps.database, reader.ref, sights);
}

/** Of a record that matches and has changed since the reading began nobody knows whether it has just come to match. */
async function snapshot({ deps, watched }: ObjectReader, integration: string, records: readonly FoundRecord[], began: Date, beganAt: Date): Promise<void> {
  const transition = watched.transitions.get(integration);
  if (transition === undefined) return;
  const snapshots = records
    .map((record) => ({ recordId: record.id, updatedAt: record.updatedAt, ...lookAt(transition, record) }))
    .filter(({ updatedAt, matches }) => !matches || Date.parse(updatedAt) < began.getTime());
  await storeBaseline(deps.database, integration, snapshots, beganAt);
}
