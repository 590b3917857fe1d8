import { inputsHash, settingsVersion } from '../../config/record-routing.ts';
import type { RunInput } from '../../domain/run.ts';
import { same } from '../../domain/sync.ts';
import type { TwentyFields, WritableObject } from '../../connectors/twenty/index.ts';
import { storeInputs } from '../../store/baselines.ts';
import { patchItems } from '../../store/items.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import { hasWrites } from '../../workflows/bidirectional-sync/plan.ts';
import { watchedFields } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { createRecords, type RecordCreate, recordId } from '../twenty/create-records.ts';
import { type RecordUpdate, updateRecords } from '../twenty/update-records.ts';
import { only, readTwentyRecord, twentyFields, twentyPatch, valuesForNew, writeKey, writeOf } from './fields.ts';
import { createKey } from './made-before.ts';
import { again, endPairs, loadPairs, membersOfPair, type Pair, type PairEnd, type PairItem, syncOf } from './pair-item.ts';
import { relationsOf } from './relations.ts';

type Fields = Readonly<Record<string, unknown>>;

export const SYNC_STEP = 'sync twenty';

/** Writes to Twenty what differs, on what the records hold at this moment: a field that somebody edited since it was read is left to the next run. */
export async function updateTwentySide(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { settings, ...integration } = syncOf(deps, run);
  const object = settings.object as WritableObject;
  const pairs = (await loadPairs(deps, run)).filter(wantsUpdate);
  const notes = new Map<Pair, Partial<PairItem>>();
  const version = settingsVersion({ settings, ...integration });
  const noteOf = (pair: Pair, data: Partial<PairItem>): void => void notes.set(pair, { ...notes.get(pair), ...data });
  const updates = pairs.map((pair): RecordUpdate<WritableObject> => {
    const writes = pair.data.plan?.writes.twenty ?? {};
    let names: readonly string[] = [];
    let before: SideRead | undefined;
    return {
      key: writeKey(run, pair.key, 'twenty'), summary: `write ${[...Object.keys(writes), settings.write.status].join(', ')} in Twenty`, members: membersOfPair(pair), id: pair.data.twentyId!,
      plan: (current) => {
        const now = readTwentyRecord(current as Fields, settings);
        before = now;
        names = Object.keys(writes).filter((name) => same(now.values[name] ?? null, pair.data.twenty!.values[name] ?? null));
        const missed = Object.keys(writes).filter((name) => !names.includes(name));
        if (missed.length > 0) noteOf(pair, { again: `Somebody edited ${missed.join(', ')} just now.` });
        return { ...twentyPatch(only(writes, names), current as Fields, settings), ...statusOf(pair, settings) };
      },
      returned: (record) => {
        const now = readTwentyRecord(record as Fields, settings);
        if (names.length > 0) noteOf(pair, { wroteTwenty: writeOf('twenty', before!, now, names, settings) });
        // What somebody edited meanwhile has not been looked at: its event must not pass for an echo.
        const isAsRead = Object.keys(now.values).every((name) => names.includes(name) || same(now.values[name] ?? null, pair.data.twenty!.values[name] ?? null));
        noteOf(pair, { returned: { ...pair.data.returned, twenty: only(now.values, names) }, ...(isAsRead ? { inputs: inputsHash(version, watchedFields(settings), record as Fields) } : {}) });
      },
    };
  });
  const ends = await updateRecords(deps, run, { connection: settings.twenty, object, step: SYNC_STEP, fields: twentyFields(settings), updates });
  await patchItems(deps.database, run, [...notes].map(([pair, data]) => ({ deliveryId: pair.leader.deliveryId, data })));
  await endPairs(deps, run, pairs.flatMap((pair, index): PairEnd[] => {
    const end = ends[index]!;
    if (end === 'gone') return [{ pair, outcome: again('The record was deleted in Twenty while it was worked on.') }];
    if (typeof end !== 'object') return [];
    return [{ pair, outcome: { state: end.held ? 'held' : 'failed', code: end.code, reason: `Twenty did not take it: ${end.message}` } }];
  }));
  return { written: ends.filter((end) => end === 'updated').length };
}

/** Makes the records that Twenty lacks. */
export async function createInTwenty(deps: ActivityDeps, run: RunInput): Promise<{ created: number }> {
  const { settings, ...integration } = syncOf(deps, run);
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.make === 'twenty');
  if (pairs.length === 0) return { created: 0 };
  const { rulesFor } = await relationsOf(deps, settings, pairs.map(({ data }) => data));
  const creates = pairs.map((pair): RecordCreate => {
    const key = createKey(run, pair.key, 'twenty');
    const values = valuesForNew('twenty', pair.data.external!, rulesFor(pair.data));
    return { key, summary: `make a ${settings.object}`, members: membersOfPair(pair), record: { id: recordId(key), ...twentyPatch(values, {}, settings), ...statusOf(pair, settings) } };
  });
  const version = settingsVersion({ settings, ...integration });
  const ends = await createRecords(deps, run, { connection: settings.twenty, object: settings.object as WritableObject, step: 'sync create in Twenty', creates, fields: twentyFields(settings) }, (all) =>
    pairs.flatMap((pair, index) => {
      const end = all[index]!;
      if (end.status !== 'done' || run.dryRun) return [];
      const record = end.record as Fields | undefined;
      const read = record === undefined ? undefined : readTwentyRecord(record, settings);
      const data: Partial<PairItem> = read === undefined ? { again: 'It was made before.' } : { twentyId: end.id, twenty: read, inputs: inputsHash(version, watchedFields(settings), record!) };
      return [{ deliveryId: pair.leader.deliveryId, data }];
    }));
  await storeInputs(deps.database, run.integration, ends.flatMap((end) => (end.status !== 'done' || end.record === undefined || run.dryRun ? [] : [{ recordId: end.id, inputs: inputsHash(version, watchedFields(settings), end.record as Fields) }])));
  await endPairs(deps, run, pairs.flatMap((pair, index): PairEnd[] => {
    const end = ends[index]!;
    if (end.status === 'done') return [];
    if (end.status === 'exists') return [{ pair, outcome: end.trashed ? { state: 'held', code: 'in_trash', reason: 'A record in the trash of Twenty holds its unique value. Restore or destroy that one, then retry.' } : again('Somebody made the same record in Twenty just now.', 5_000) }];
    return [{ pair, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `Twenty did not take the new record: ${end.message}` } }];
  }));
  return { created: ends.filter(({ status }) => status === 'done').length };
}

/** A record of Twenty is touched only when something was written on either side, or when how it stands has changed. */
function wantsUpdate({ data }: Pair): boolean {
  if (data.make === 'external') return data.external != null;
  if (data.plan === undefined || data.link === undefined) return false;
  const wasInConflict = data.link.state === 'conflict';
  return hasWrites(data.plan) || data.link.state === 'new' || data.link.state === 'missing' || wasInConflict !== data.plan.conflicts.length > 0;
}

/** What stands on the record itself. Nobody watches these fields, so that they cause no further round. */
function statusOf({ data }: Pair, { write }: ReturnType<typeof syncOf>['settings']): TwentyFields {
  return {
    [write.status]: (data.plan?.conflicts.length ?? 0) > 0 ? 'CONFLICT' : 'IN_STEP',
    [write.syncedAt]: new Date().toISOString(),
    [write.externalId]: data.externalId ?? '',
  };
}

