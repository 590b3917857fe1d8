import { ApplicationFailure } from '@temporalio/activity';
import type { RunInput } from '../../domain/run.ts';
import { isBlank, type Value } from '../../domain/sync.ts';
import type { CounterpartRecord } from '../../connectors/counterpart.ts';
import type { WritableObject } from '../../connectors/twenty/index.ts';
import { patchItems } from '../../store/items.ts';
import { linksOf } from '../../store/links.ts';
import { lockNaturalKeys } from '../../store/natural-keys.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import { rulesOf } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import { externalObject, readExternalRecord, readTwentyRecord, twentyFields, valueAt } from './fields.ts';
import { again, endPairs, loadPairs, type Pair, type PairItem, syncOf } from './pair-item.ts';

/** While records are matched and made, others who mean the same ones wait. */
const LOCK_MS = 120_000;

/** Reads the records of Twenty that are known by their id, in one call for 200. */
export async function readTwentySide(deps: ActivityDeps, run: RunInput): Promise<{ read: number }> {
  const { settings } = syncOf(deps, run);
  const pairs = (await loadPairs(deps, run)).filter(({ data }) => data.twentyId !== undefined);
  if (pairs.length === 0) return { read: 0 };
  const records = await onConnection(deps, run, settings.twenty, (context) =>
    deps.twenty(settings.twenty).findByIds(settings.object as WritableObject, pairs.map(({ data }) => data.twentyId!), context, twentyFields(settings)));
  const byId = new Map(records.map((record) => [record.id, readTwentyRecord(record as Readonly<Record<string, unknown>>, settings)]));
  await note(deps, run, pairs, ({ data }) => ({ twenty: byId.get(data.twentyId!) ?? null }));
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
  const known = pairs.filter(({ data }) => data.externalId !== undefined);
  const alone = pairs.filter(({ data }) => data.externalId === undefined && data.twenty != null && !data.twenty.hidden);
  if (known.length + alone.length === 0) return { alone: 0 };
  await lockKeys(deps, run, alone, ({ data }) => data.twenty!);
  const found = await onConnection(deps, run, settings.external.connection, async (context) => {
    const records: CounterpartRecord[] = [];
    for (const [n, ids] of chunks(known.map(({ data }) => data.externalId!), tool.atOnce).entries()) records.push(...(await tool.get(object, ids, n === 0 ? context : midway(context))));
    const matches = new Map<Pair, readonly CounterpartRecord[]>();
    for (const name of settings.match) {
      const open = alone.filter((pair) => (matches.get(pair) ?? []).length !== 1);
      const field = settings.fields[name]!.external;
      const keyOf = (pair: Pair): string => keyText(toExternal(settings, name, pair.data.twenty!.values[name] ?? null));
      const values = [...new Set(open.map(keyOf))].filter((value) => value !== '');
      for (const some of chunks(values, tool.atOnce)) {
        const hits = await tool.find(object, field, some, midway(context));
        for (const pair of open) {
          const own = keyOf(pair);
          const mine = own === '' ? [] : hits.filter((record) => sameKey(keyText(record.fields[field] ?? null), own) && record.archived !== true);
          if (mine.length > 0) matches.set(pair, mine);
        }
      }
    }
    return { records, matches };
  });
  const byId = new Map(found.records.flatMap((record) => [[record.id, record] as const, ...(record.mergedFrom === undefined ? [] : [[record.mergedFrom, record] as const])]));
  const ambiguous = alone.filter((pair) => (found.matches.get(pair) ?? []).length > 1);
  await endPairs(deps, run, ambiguous.map((pair) => ({ pair, outcome: { state: 'held', code: 'ambiguous', reason: ambiguousWords(found.matches.get(pair)!.length, `in ${settings.external.object}`) } })));
  await note(deps, run, pairs.filter((pair) => !ambiguous.includes(pair)), (pair): Partial<PairItem> => {
    const record = pair.data.externalId === undefined ? found.matches.get(pair)?.[0] : byId.get(pair.data.externalId);
    return record === undefined ? { external: null } : { external: readExternalRecord(record, settings), externalId: record.id };
  });
  return { alone: (await loadPairs(deps, run)).filter(isAlone).length };
}

/** Looks in Twenty for the records that stand alone on the other side. */
export async function matchInTwenty(deps: ActivityDeps, run: RunInput): Promise<{ matched: number }> {
  const { settings } = syncOf(deps, run);
  const alone = (await loadPairs(deps, run)).filter(isAlone);
  if (alone.length === 0) return { matched: 0 };
  await lockKeys(deps, run, alone, ({ data }) => data.external!, 'external');
  const twenty = deps.twenty(settings.twenty);
  const found = new Map<Pair, readonly SideRead[]>();
  await onConnection(deps, run, settings.twenty, async (context) => {
    for (const [n, name] of settings.match.entries()) {
      const open = alone.filter((pair) => (found.get(pair) ?? []).length !== 1);
      const path = settings.fields[name]!.twenty;
      const keyOf = (pair: Pair): string => keyText(toTwenty(settings, name, pair.data.external!.values[name] ?? null));
      const values = [...new Set(open.map(keyOf))].filter((value) => value !== '');
      if (values.length === 0) continue;
      const records = (await findInTwenty(twenty, settings.object as WritableObject, path, values, n === 0 ? context : midway(context), twentyFields(settings))) as readonly Readonly<Record<string, unknown>>[];
      for (const pair of open) {
        const own = keyOf(pair);
        const mine = own === '' ? [] : records.filter((record) => keysAt(record, path).some((key) => sameKey(key, own))).map((record) => readTwentyRecord(record, settings)).filter(({ hidden }) => !hidden);
        if (mine.length > 0) found.set(pair, mine);
      }
    }
  });
  const ambiguous = alone.filter((pair) => (found.get(pair) ?? []).length > 1);
  await endPairs(deps, run, ambiguous.map((pair) => ({ pair, outcome: { state: 'held', code: 'ambiguous', reason: ambiguousWords(found.get(pair)!.length, 'in Twenty') } })));
  await note(deps, run, alone.filter((pair) => !ambiguous.includes(pair)), (pair): Partial<PairItem> => {
    const [record] = found.get(pair) ?? [];
    if (record !== undefined) return { twenty: record, twentyId: record.id };
    return { twenty: null };
  });
  return { matched: found.size };
}

/** A record of the other side that stands alone: never linked, or its record in Twenty is gone for good, perhaps merged into another one. */
function isAlone({ data: { twentyId, twenty, external, link } }: Pair): boolean {
  return external != null && !external.hidden && (twentyId === undefined || (link !== undefined && twenty === null));
}

/** Who else means the same record waits until this run has ended; records that have been linked meanwhile are looked at again. */
async function lockKeys(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], readOf: (pair: Pair) => SideRead, from: 'twenty' | 'external' = 'twenty'): Promise<void> {
  const { settings } = syncOf(deps, run);
  const keys = pairs.flatMap((pair) => settings.match.flatMap((name) => {
    const value = readOf(pair).values[name] ?? null;
    const key = keyText(from === 'twenty' ? toExternal(settings, name, value) : value);
    return key === '' ? [] : [`sync/${run.integration}/${name}/${key.toLowerCase()}`];
  }));
  if (keys.length === 0) return;
  if ((await lockNaturalKeys(deps.database, run.setId, keys, LOCK_MS)) === undefined) throw ApplicationFailure.retryable('another run matches the same records just now', 'Busy');
  const linked = await linksOf(deps.database, run.integration, { twenty: pairs.flatMap(({ data }) => (data.twentyId === undefined ? [] : [data.twentyId])), external: pairs.flatMap(({ data }) => (data.externalId === undefined ? [] : [data.externalId])) });
  const taken = new Set(linked.flatMap(({ twentyId, externalId }) => [`twenty:${twentyId}`, `external:${externalId}`]));
  await endPairs(deps, run, pairs.filter(({ key, data }) => data.link === undefined && taken.has(key)).map((pair) => ({ pair, outcome: again('It was linked by another run just now.') })));
}

type Twenty = ReturnType<ActivityDeps['twenty']>;

/** Addresses and domains are spelt in several ways; Twenty's own finds know them. */
function findInTwenty(twenty: Twenty, object: WritableObject, path: string, values: readonly string[], context: StepContext, fields: readonly string[]) {
  if (object === 'person' && path === 'emails.primaryEmail') return twenty.findPeopleByEmails(values, context, fields);
  if (object === 'company' && path === 'domainName.primaryLinkUrl') return twenty.findCompanies({ domains: values, names: [] }, context, fields);
  return twenty.findByField(object, path, values, context, fields);
}

function keysAt(record: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const own = keyText(valueAt(record, path));
  const more = path === 'emails.primaryEmail' ? valueAt(record, 'emails.additionalEmails') : null;
  return [own, ...(Array.isArray(more) ? more.map((one) => keyText(one as Value)) : [])].filter((key) => key !== '');
}

function sameKey(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/** A domain in whatever form Twenty holds it. */
function plain(key: string): string {
  return key.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/^www\./, '').replace(/\/$/, '');
}

function keyText(value: Value): string {
  return isBlank(value) || typeof value === 'object' ? '' : String(value).trim();
}

type Settings = ReturnType<typeof syncOf>['settings'];

function toExternal(settings: Settings, name: string, value: Value): Value {
  return rulesOf(settings).find((rule) => rule.name === name)!.toExternal(value);
}

function toTwenty(settings: Settings, name: string, value: Value): Value {
  return rulesOf(settings).find((rule) => rule.name === name)!.toTwenty(value);
}

async function note(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], data: (pair: Pair) => Partial<PairItem>): Promise<void> {
  await patchItems(deps.database, run, pairs.map((pair) => ({ deliveryId: pair.leader.deliveryId, data: data(pair) })));
}

function ambiguousWords(count: number, where: string): string {
  return `${String(count)} records ${where} have the same key, so nobody can say which one belongs to this one. Merge or correct them, then retry.`;
}

export function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));
}
