import type { Database } from './database.ts';
import { countRows, type FileCounts, filesOfEvent, type RowQuery, rowsOfEvent, type RowView } from './data-views.ts';

export interface RowOverview {
  readonly eventId: string;
  /** How far the reading and writing of each of its files is. */
  readonly files: readonly { readonly integration: string; readonly state: string }[];
  readonly counts: Omit<FileCounts, 'deliveryId'>;
  readonly rows: readonly Omit<RowView, 'deliveryId'>[];
}

const PAGE = 1_000;

/** What became of the rows of an event, with the first of them; undefined when it has brought none. */
export async function rowOverview(database: Database, eventId: string, query: RowQuery): Promise<RowOverview | undefined> {
  const files = await filesOfEvent(database, eventId);
  if (files.length === 0) return undefined;
  const counts = [...(await countRows(database, files.map(({ deliveryId }) => deliveryId))).values()];
  const rows = await rowsOfEvent(database, eventId, query);
  return {
    eventId,
    files: files.map(({ integration, state }) => ({ integration, state })),
    counts: { total: counts.reduce((sum, { total }) => sum + total, 0), byState: added(counts.map(({ byState }) => byState)), codes: added(counts.map(({ codes }) => codes)) },
    rows: rows.map(({ deliveryId: _, ...row }) => row),
  };
}

/** The rows as lines of CSV or NDJSON, each with what is wrong with it in columns that are left out when it comes back. Holds a thousand rows at a time. */
export async function* rowLines(database: Database, eventId: string, wanted: Pick<RowQuery, 'states' | 'code'>, format: 'csv' | 'ndjson'): AsyncGenerator<string> {
  const columns = [...OWN, ...new Set((await filesOfEvent(database, eventId)).flatMap((file) => file.columns))];
  if (format === 'csv') yield `${columns.map(cell).join(',')}\r\n`;
  for (let after: RowQuery['after']; ; ) {
    const page = await rowsOfEvent(database, eventId, { ...wanted, after, limit: PAGE });
    const lines = page.map(withProblems).map((row) => (format === 'csv' ? `${columns.map((name) => cell(row[name])).join(',')}\r\n` : `${JSON.stringify(row)}\n`));
    if (lines.length > 0) yield lines.join('');
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return;
    after = { deliveryId: last.deliveryId, row: last.row };
  }
}

const OWN = ['_sluice_row', '_sluice_state', '_sluice_code', '_sluice_path', '_sluice_value', '_sluice_problem', '_sluice_decision'];

function withProblems({ row, state, raw, problems }: RowView): Readonly<Record<string, unknown>> {
  const all = (part: 'code' | 'path' | 'value' | 'message'): string => problems.map((problem) => problem[part] ?? '').join('; ');
  return { _sluice_row: row, _sluice_state: state, _sluice_code: all('code'), _sluice_path: all('path'), _sluice_value: all('value'), _sluice_problem: all('message'), _sluice_decision: '', ...raw };
}

function cell(value: unknown): string {
  const text = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  return /[",\r\n;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function added(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const one of all) for (const [name, count] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
