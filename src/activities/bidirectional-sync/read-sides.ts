import type { RunInput } from '../../domain/run.ts';
import type { CounterpartRecord } from '../../connectors/counterpart.ts';
import type { WritableObject } from '../../connectors/twenty/index.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { externalObject, readExternalRecord, readTwentyRecord, twentyFields } from './fields.ts';
import { madeBefore } from './made-before.ts';
import { isAlone } from './match-in-twenty.ts';
import { ambiguous, keyOver, keyText, lockKeys, sameKey } from './match-keys.ts';
import { leaveToMerged } from './merged-there.ts';
import { endPairs, loadPairs, notePairs, type Pair, type PairItem, syncOf } from './pair-item.ts';

/** Reads the records of Twenty that are known by their id, in one call for 200. */
export async function readTwentySide(deps: ActivityDeps, run: RunInput): Promise<{ read: number }> {
  const { settings } = syncOf(deps, run);
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.twentyId !== undefined);
  if (pairs.length === 0) return { read: 0 };
  const records = await onConnection(deps, run, settings.twenty, (context) =>
    deps.twenty(settings.twenty).findByIds(settings.object as WritableObject, pairs.map(({ data }) => data.twentyId!), context, [...twentyFields(settings), 'updatedBy']));
  const byId = new Map(records.map((record) => [record.id, readTwentyRecord(record as Readonly<Record<string, unknown>>, settings)]));
  await notePairs(deps, run, pairs, ({ data }) => ({ twenty: byId.get(data.twentyId!) ?? null }));
  return { read: records.length };
}

/**
 * Reads the other side's records: those that are known by their id, and for records of Twenty that stand alone those that their keys find.
 * Answers how many records of the other side stand alone, which are looked for in Twenty next.
 */
export async function readExternalSide(deps: ActivityDeps, run: RunInput): Promise<{ alone: number }> {
  const { settings } = syncOf(deps, run);
  const object = externalObject(settings);
  const tool = deps.tool('counterpart', settings.external.connection);
  const pairs = await loadPairs(deps, run);
  const single = pairs.filter(({ data }) => data.externalId === undefined && data.twenty != null && !data.twenty.hidden);
  const made = await madeBefore(deps, run, settings, 'external', single.map(({ data }) => data.twentyId!));
  const idOf = ({ data }: Pair): string | undefined => data.externalId ?? (data.twentyId === undefined ? undefined : made.get(data.twentyId)?.id);
  const known = pairs.filter((pair) => idOf(pair) !== undefined);
  const alone = single.filter((pair) => idOf(pair) === undefined);
  if (known.length + alone.length === 0) return { alone: 0 };
  await lockKeys(deps, run, alone, 'twenty', ({ data }) => data.twenty!);
  const found = await onConnection(deps, run, settings.external.connection, async (context) => {
    const records: CounterpartRecord[] = [];
    for (const [n, ids] of chunks(known.map((pair) => idOf(pair)!), tool.atOnce).entries()) records.push(...(await tool.get(object, ids, n === 0 ? context : midway(context))));
    // A record that is gone for good may have been merged into one that holds its key now.
    const there = new Set(records.flatMap(({ id, mergedFrom }) => [id, mergedFrom]));
    const lost = known.filter((pair) => pair.data.link !== undefined && pair.data.twenty != null && !pair.data.twenty.hidden && !there.has(idOf(pair)));
    const matches = new Map<Pair, readonly CounterpartRecord[]>();
    for (const name of settings.match) {
      const open = [...alone, ...lost].filter((pair) => (matches.get(pair) ?? []).length !== 1);
      const field = settings.fields[name]!.external;
      const keyOf = (pair: Pair): string => keyOver(settings, name, 'external', pair.data.twenty!.values[name] ?? null);
      const values = [...new Set(open.map(keyOf))].filter((value) => value !== '');
      for (const some of chunks(values, tool.atOnce)) {
        const hits = await tool.find(object, field, some, midway(context));
        for (const pair of open) {
          const own = keyOf(pair);
          const mine = own === '' ? [] : hits.filter((record) => [keyText(record.fields[field] ?? null), ...(record.otherKeys ?? [])].some((key) => sameKey(key, own)) && record.archived !== true);
          if (mine.length > 0) matches.set(pair, mine);
        }
      }
    }
    return { records, matches };
  });
  const byId = new Map(found.records.flatMap((record) => [[record.id, record] as const, ...(record.mergedFrom === undefined ? [] : [[record.mergedFrom, record] as const])]));
  const unclear = alone.filter((pair) => (found.matches.get(pair) ?? []).length > 1);
  await endPairs(deps, run, unclear.map((pair) => ({ pair, outcome: ambiguous(found.matches.get(pair)!.length, `in ${settings.external.object}`) })));
  const recordOf = (pair: Pair): CounterpartRecord | undefined => {
    const matches = found.matches.get(pair) ?? [];
    return byId.get(idOf(pair) ?? '') ?? (matches.length === 1 ? matches[0] : undefined);
  };
  const rest = pairs.filter((pair) => !unclear.includes(pair));
  const left = await leaveToMerged(deps, run, rest.map((pair) => ({ pair, record: recordOf(pair) })));
  await notePairs(deps, run, rest.filter((pair) => !left.includes(pair)), (pair): Partial<PairItem> => {
    const record = recordOf(pair);
    return record === undefined ? { external: null } : { external: readExternalRecord(record, settings), externalId: record.id };
  });
  return { alone: (await loadPairs(deps, run)).filter(isAlone).length };
}

export function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));
}
