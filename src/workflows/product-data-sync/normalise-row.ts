import { domainToASCII } from 'node:url';
import { bareHost, companyNameKey } from '../../domain/company-key.ts';
import { companyDomainOf, isFreeMail } from '../../normalise/web-domain.ts';
import { normaliseCompanyName } from '../../normalise/company-name.ts';
import type { WarehouseRow } from '../../connectors/warehouse.ts';
import { type CompanyKeys, type MetricValue, PreparedRow, type StagedRow } from './contract.ts';
import type { ProductDataSyncSettings } from './settings.ts';
import { readValue } from './values.ts';

/** A row as it is kept, or why it is of no use; undefined when the configuration leaves it out. */
export type RowReading = StagedRow | { readonly code: 'no_key' | 'unreadable'; readonly problem: string } | undefined;

/** Reads a row of the warehouse as the configuration says. */
export function readRow(row: WarehouseRow, { keys, metrics, row: prepare }: Pick<ProductDataSyncSettings, 'keys' | 'metrics' | 'row'>): RowReading {
  const prepared = preparedRow(row, prepare);
  if (prepared === undefined) return undefined;
  if ('problem' in prepared) return { code: 'unreadable', problem: prepared.problem };
  const cells = columnsOf(prepared.row);
  const found = keysOf({ domain: cells(keys.domain), externalId: cells(keys.externalId?.column), name: cells(keys.name) });
  const key = keyOf(found);
  if (key === undefined) return { code: 'no_key', problem: noKeyWords(keys, cells) };
  const values: Record<string, MetricValue> = {};
  const problems: string[] = [];
  for (const [name, { column, type, combine }] of Object.entries(metrics)) {
    // What is only counted may be of any kind.
    const reading = readValue(cells(column), combine === 'count' ? 'text' : type);
    if ('value' in reading) values[name] = reading.value;
    else if ('problem' in reading) problems.push(`${column}: ${reading.problem}`);
  }
  return { key, keys: found, values, problems };
}

/** The whole host of a link, an address or a name, as hosts are compared. */
export function hostOf(text: string): string {
  return domainToASCII(bareHost(text.trim().replace(/^.*@/, '')));
}

/** The columns that the warehouse is asked for. */
export function columnsWanted({ keys, metrics }: Pick<ProductDataSyncSettings, 'keys' | 'metrics'>): readonly string[] {
  const named = [keys.externalId?.column, keys.domain, keys.name, ...Object.values(metrics).map(({ column }) => column)];
  return [...new Set(named.filter((column) => column !== undefined))];
}

type Cells = (column: string | undefined) => unknown;

/** By name as written, else in upper or lower case alike: some warehouses answer all names in capitals. */
function columnsOf(row: WarehouseRow): Cells {
  let folded: Map<string, unknown> | undefined;
  return (column) => {
    if (column === undefined) return undefined;
    if (Object.hasOwn(row, column)) return row[column];
    folded ??= new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
    return folded.get(column.toLowerCase());
  };
}

function keysOf({ domain, externalId, name }: { readonly domain: unknown; readonly externalId: unknown; readonly name: unknown }): CompanyKeys {
  const registered = companyDomainOf(textOf(domain));
  const useful = registered === undefined || isFreeMail(registered) ? undefined : registered;
  const id = textOf(externalId);
  const called = normaliseCompanyName(textOf(name)).slice(0, 200);
  return {
    ...(id === '' ? {} : { externalId: id }),
    ...(useful === undefined ? {} : { domain: useful, host: hostOf(textOf(domain)) }),
    ...(companyNameKey(called) === '' ? {} : { name: called }),
  };
}

/** The strongest key tells whose row it is. */
function keyOf({ externalId, host, name }: CompanyKeys): string | undefined {
  if (externalId !== undefined) return `id:${externalId}`;
  if (host !== undefined) return `domain:${host}`;
  return name === undefined ? undefined : `name:${companyNameKey(name)}`;
}

function preparedRow(row: WarehouseRow, prepare: ProductDataSyncSettings['row']): { readonly row: WarehouseRow } | { readonly problem: string } | undefined {
  if (prepare === undefined) return { row };
  try {
    const prepared = PreparedRow.parse(prepare(row));
    return prepared === undefined ? undefined : { row: prepared };
  } catch (error) {
    const said = error instanceof Error && 'issues' in error ? (error.issues as readonly { readonly message: string }[])[0]!.message : (error as Error).message;
    return { problem: `The row function in the configuration failed: ${said}` };
  }
}

function noKeyWords(keys: ProductDataSyncSettings['keys'], cells: Cells): string {
  const named = [keys.externalId?.column, keys.domain, keys.name].filter((column) => column !== undefined);
  const held = named.map((column) => `${column} “${textOf(cells(column)).slice(0, 60)}”`).join(', ');
  return `Says no company: ${held}.`;
}

function textOf(value: unknown): string {
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value as string | number | boolean).replace(/[\p{Cc}\s]+/gu, ' ').trim().toWellFormed();
}
