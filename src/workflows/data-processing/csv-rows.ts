import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { FileProblem, ReadRow, RowProblem } from './contract.ts';
import { delimiterOf } from './delimiter.ts';

export interface CsvShape {
  /** `auto` finds it. */
  readonly delimiter: string;
  /** The file's column names when it has no header line. */
  readonly columns?: readonly string[] | undefined;
  /** Their names for ours: `{ 'E-Mail': 'email' }`, upper and lower case alike. */
  readonly rename: Readonly<Record<string, string>>;
  /** Columns, under our names, without which the file is not the one that is meant. */
  readonly expect: readonly string[];
}

/** A quote that is never closed makes the rest of the file one cell; beyond this it is given up. */
const MAX_ROW_BYTES = 1024 * 1024;
const SAMPLE = 64 * 1024;

/**
 * The rows of a CSV text (RFC 4180: quoted cells may hold delimiters and line breaks). Lines with too few or too many cells are rows
 * with a problem. Holds one row at a time. What ends the reading early is the last thing it gives.
 */
export async function* csvRows(texts: AsyncIterable<string>, shape: CsvShape): AsyncGenerator<ReadRow | FileProblem> {
  const { head, rest } = await beginning(texts);
  const delimiter = shape.delimiter === 'auto' ? delimiterOf(head) : shape.delimiter;
  let unreadableFrom: number | undefined;
  const parser = Readable.from(rest).pipe(parse({
    delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, info: true, max_record_size: MAX_ROW_BYTES,
    // An error would throw away the rows before it that have not been taken yet.
    skip_records_with_error: true,
    on_skip: (error) => void (unreadableFrom ??= (error as { readonly lines?: number } | undefined)?.lines ?? 0),
  }));
  let names = shape.columns === undefined ? undefined : namesOf(shape.columns, shape.rename);
  let row = 0;
  try {
    if (names !== undefined) yield* missing(names, shape.expect);
    for await (const { record, info } of parser as AsyncIterable<{ record: readonly string[]; info: { readonly lines: number } }>) {
      if (names === undefined) {
        names = namesOf(record, shape.rename);
        const problem = missing(names, shape.expect);
        if (problem.length > 0) return yield* problem;
        continue;
      }
      if (unreadableFrom !== undefined && info.lines > unreadableFrom) break;
      row += 1;
      yield { row, line: info.lines, ...cellsOf(record, names) };
    }
    // The parser notes it while it fills its buffer, which the compiler does not see.
    if ((unreadableFrom as number | undefined) !== undefined) {
      yield { code: 'quote_not_closed', message: `A quotation mark is not closed, or a row is larger than 1 MB, so what follows row ${String(row)} was not read. Close the quote and send the file again: rows that are done are not done twice.` };
    }
  } finally {
    parser.destroy();
  }
}

async function beginning(texts: AsyncIterable<string>): Promise<{ readonly head: string; readonly rest: AsyncIterable<string> }> {
  const iterator = texts[Symbol.asyncIterator]();
  let head = '';
  while (head.length < SAMPLE) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    head += value;
  }
  async function* rest(): AsyncGenerator<string> {
    if (head !== '') yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { head, rest: rest() };
}

function namesOf(header: readonly string[], rename: CsvShape['rename']): readonly string[] {
  const ours = new Map(Object.entries(rename).map(([theirs, name]) => [plain(theirs), name]));
  const taken = new Map<string, number>();
  return header.map((cell, index) => {
    const name = ours.get(plain(cell)) ?? (cell.trim() || `column_${String(index + 1)}`);
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return times === 1 ? name : `${name}_${String(times)}`;
  });
}

function plain(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

function missing(names: readonly string[], expect: readonly string[]): readonly FileProblem[] {
  const absent = expect.filter((name) => !names.includes(name));
  if (absent.length === 0) return [];
  return [{ code: 'columns_missing', message: `The file has no column ${absent.map((name) => `“${name}”`).join(', ')}. It has: ${names.slice(0, 30).join(', ')}.` }];
}

function cellsOf(record: readonly string[], names: readonly string[]): Pick<ReadRow, 'raw' | 'problems'> {
  const problems: RowProblem[] = [];
  const surplus = record.slice(names.length).filter((cell) => cell.trim() !== '');
  if (record.length < names.length) problems.push({ code: 'too_few_cells', path: '', message: `The row has ${String(record.length)} cells, the header ${String(names.length)}.` });
  if (surplus.length > 0) problems.push({ code: 'too_many_cells', path: '', message: `The row has ${String(record.length)} cells, the header ${String(names.length)}.`, value: surplus.join(' ').slice(0, 200) });
  return { raw: Object.fromEntries([...names.map((name, i): [string, string | undefined] => [name, record[i]]).filter(([, cell]) => cell !== undefined), ...surplus.map((cell, i): [string, string] => [`surplus_${String(i + 1)}`, cell])]), problems };
}
