import type { RunInput } from '../../domain/run.ts';
import type { Value } from '../../domain/sync.ts';
import { findByKey, type WritableObject } from '../../connectors/twenty/index.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { readTwentyRecord, twentyFields, valueAt } from './fields.ts';
import { madeBefore } from './made-before.ts';
import { ambiguous, keyOver, keyText, lockKeys, sameKey } from './match-keys.ts';
import { endPairs, loadPairs, notePairs, type Pair, type PairItem, syncOf } from './pair-item.ts';

/** Looks in Twenty for the records that stand alone on the other side. */
export async function matchInTwenty(deps: ActivityDeps, run: RunInput): Promise<{ matched: number }> {
  const { settings } = syncOf(deps, run);
  const alone = (await loadPairs(deps, run)).filter(isAlone);
  if (alone.length === 0) return { matched: 0 };
  await lockKeys(deps, run, alone, 'external', ({ data }) => data.external!);
  const twenty = deps.twenty(settings.twenty);
  const made = await madeBefore(deps, run, settings, 'twenty', alone.flatMap(({ data }) => (data.link === undefined ? [data.externalId!] : [])));
  const found = new Map<Pair, readonly SideRead[]>();
  await onConnection(deps, run, settings.twenty, async (context) => {
    const ids = [...made.values()].flatMap(({ id }) => (id === undefined ? [] : [id]));
    const known = ids.length === 0 ? [] : await twenty.findByIds(settings.object as WritableObject, ids, context, [...twentyFields(settings), 'updatedBy']);
    for (const pair of alone) {
      const record = known.find(({ id }) => id === made.get(pair.data.externalId!)?.id);
      if (record !== undefined) found.set(pair, [readTwentyRecord(record as Readonly<Record<string, unknown>>, settings)].filter(({ hidden }) => !hidden));
    }
    for (const [n, name] of settings.match.entries()) {
      const open = alone.filter((pair) => (found.get(pair) ?? []).length !== 1);
      const path = settings.fields[name]!.twenty;
      const keyOf = (pair: Pair): string => keyOver(settings, name, 'twenty', pair.data.external!.values[name] ?? null);
      const values = [...new Set(open.map(keyOf))].filter((value) => value !== '');
      if (values.length === 0) continue;
      const records = (await findByKey(twenty, settings.object as WritableObject, path, values, n === 0 && ids.length === 0 ? context : midway(context), [...twentyFields(settings), 'updatedBy'])) as readonly Readonly<Record<string, unknown>>[];
      for (const pair of open) {
        const own = keyOf(pair);
        const mine = own === '' ? [] : records.filter((record) => keysAt(record, path).some((key) => sameKey(key, own))).map((record) => readTwentyRecord(record, settings)).filter(({ hidden }) => !hidden);
        if (mine.length > 0) found.set(pair, mine);
      }
    }
  });
  const unclear = alone.filter((pair) => (found.get(pair) ?? []).length > 1);
  await endPairs(deps, run, unclear.map((pair) => ({ pair, outcome: ambiguous(found.get(pair)!.length, 'in Twenty') })));
  await notePairs(deps, run, alone.filter((pair) => !unclear.includes(pair)), (pair): Partial<PairItem> => {
    const [record] = found.get(pair) ?? [];
    if (record !== undefined) return { twenty: record, twentyId: record.id };
    return { twenty: null };
  });
  return { matched: found.size };
}

/** A record of the other side that stands alone: never linked, or its record in Twenty is gone for good, perhaps merged into another one. */
export function isAlone({ data: { twentyId, twenty, external, link } }: Pair): boolean {
  return external != null && !external.hidden && (twentyId === undefined || (link !== undefined && twenty === null));
}

function keysAt(record: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const own = keyText(valueAt(record, path));
  const more = path === 'emails.primaryEmail' ? valueAt(record, 'emails.additionalEmails') : null;
  return [own, ...(Array.isArray(more) ? more.map((one) => keyText(one as Value)) : [])].filter((key) => key !== '');
}
