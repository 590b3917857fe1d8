import type { CallContext, TwentyClient } from '../../connectors/twenty/index.ts';
import { blocksOf, likeness } from '../../workflows/data-processing/alike.ts';
import { nameOf, valueAt } from '../../workflows/data-processing/check-row.ts';
import type { Target } from '../../workflows/data-processing/target-settings.ts';
import type { PageRow } from './data-item.ts';

/** A record as it was read, of whichever object. */
export type Found = Readonly<Record<string, unknown>> & { readonly id: string; readonly createdAt: string; readonly deletedAt?: string | undefined };

/** The part of a field made of parts that tells one record from another. */
const TELLING: Readonly<Record<string, string>> = { phones: 'phones.primaryPhoneNumber', linkedinLink: 'linkedinLink.primaryLinkUrl', emails: 'emails.primaryEmail' };

/** Records that hold a value of one of the keys: one call for each key of the target. */
export async function byKeys(client: TwentyClient, target: Target, rows: readonly PageRow[], fields: readonly string[], next: () => CallContext): Promise<ReadonlyMap<string, readonly Found[]>> {
  const hits = new Map<string, readonly Found[]>();
  for (const key of target.match.keys) {
    const values = [...new Set(rows.flatMap(({ plan }) => (plan.lookup.keys[key] === undefined ? [] : [plan.lookup.keys[key]])))];
    if (values.length > 0) hits.set(key, await holdersOf(client, target.object, key, values, fields, next));
  }
  return hits;
}

async function holdersOf(client: TwentyClient, object: Target['object'], key: string, values: readonly (string | number)[], fields: readonly string[], next: () => CallContext): Promise<readonly Found[]> {
  const texts = values.map(String);
  if (object === 'person' && key === 'emails.primaryEmail') return client.findPeopleByEmails(texts, next(), fields);
  if (object === 'company' && key === 'domainName') return client.findCompanies({ domains: texts, names: [] }, next(), fields);
  if (object === 'company' && key === 'name') return client.findCompanies({ domains: [], names: texts }, next(), fields);
  return client.findByField(object, TELLING[key] ?? key, values, next(), fields);
}

/** The records that hold a row's value under this key: those not in the trash first, then who has it as the main one, then the oldest. */
export function holders(records: readonly Found[], key: string, value: string | number): readonly Found[] {
  const wanted = plain(value, key);
  const rank = (record: Found): string => `${record.deletedAt === undefined ? '0' : '1'}${plain(valueAt(record, key), key) === wanted ? '0' : '1'}${record.createdAt}${record.id}`;
  return records.filter((record) => valuesOf(record, key).includes(wanted)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function valuesOf(record: Found, key: string): readonly string[] {
  const own = plain(valueAt(record, key), key);
  if (key !== 'emails.primaryEmail') return [own];
  const { additionalEmails = [] } = (record['emails'] ?? {}) as { readonly additionalEmails?: readonly string[] };
  return [own, ...additionalEmails.map((email) => email.toLowerCase())];
}

function plain(value: unknown, key: string): string {
  const text = value === undefined || value === null ? '' : String(value as string | number).trim().toLowerCase();
  return key === 'domainName' ? text.replace(/^[a-z]+:\/\//, '').replace(/^www\./, '').replace(/[/?#].*$/, '') : text;
}

/** A record whose name is alike. */
export interface Alike {
  readonly record: Found;
  /** 0 to 100. */
  readonly score: number;
}

/** The records alike enough by name to be asked about, the best first; none of the trash. */
export async function byNames(client: TwentyClient, target: Target, rows: readonly PageRow[], fields: readonly string[], next: () => CallContext): Promise<ReadonlyMap<PageRow, readonly Alike[]>> {
  const { object, match: { names } } = target;
  const named = rows.filter(({ plan }) => plan.lookup.name !== undefined);
  if (names === undefined || object === 'opportunity' || named.length === 0) return new Map();
  const found: readonly Found[] = (await client.findAlike(object, named.flatMap(({ plan }) => blocksOf(object, plan.lookup.name!)), next(), fields)) as readonly Found[];
  const live = found.filter(({ deletedAt }) => deletedAt === undefined).map((record) => ({ record, name: nameOf(object, record) }));
  return new Map(named.map((row) => [row, live
    .map(({ record, name }) => ({ record, score: likeness(object, row.plan.lookup.name!, name) }))
    .filter(({ score }) => score >= names.ask)
    .sort((a, b) => b.score - a.score || (a.record.id < b.record.id ? -1 : 1))]));
}
