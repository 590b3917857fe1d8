import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import type { FileProblem, ReadRow } from './contract.ts';
import { csvRows, type CsvShape } from './csv-rows.ts';
import { delimiterOf } from './delimiter.ts';
import { rowsOf } from './row-source.ts';

/** A test over generated values. */
function property<T extends unknown[]>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }, name: string, check: (...args: T) => unknown): void {
  test(name, () => fc.assert(fc.asyncProperty(fc.tuple<T>(...values), async (args) => void (await check(...args)))));
}

const shape: CsvShape = { delimiter: 'auto', rename: {}, expect: [] };
const input = { encoding: 'auto', blanks: 'missing', ...shape } as never;

async function* slices(body: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.byteLength; at += size) yield body.subarray(at, at + size);
}

async function all(rows: AsyncIterable<ReadRow | FileProblem>): Promise<(ReadRow | FileProblem)[]> {
  const list = [];
  for await (const row of rows) list.push(row);
  return list;
}

const read = async (body: Uint8Array | string, type = 'text/csv', more: object = {}, size = 5) => all(rowsOf(slices(typeof body === 'string' ? Buffer.from(body) : body, size), type, { ...(input as object), ...more } as never));
const raws = (rows: readonly (ReadRow | FileProblem)[]) => rows.map((row) => ('raw' in row ? row.raw : row.code));

const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\uFFFD', ''));
const quoted = (text: string, delimiter: string): string => (text.includes(delimiter) || /["\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text);

property([fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 }), fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 40 })], 'what is written as CSV is read back cell by cell, whatever the delimiter, the quotes, the line breaks and the slices', async (table, delimiter, newline, size) => {
    const text = [['one', 'two', 'three'], ...table].map((row) => row.map((one) => quoted(one, delimiter)).join(delimiter)).join(newline);
    const rows = await read(text, 'text/csv; charset=utf-8', { delimiter }, size);
    const bom = (one: string): string => one;
    expect(raws(rows)).toEqual(table.map(([one, two, three]) => ({ one: bom(one), two, three })));
    expect(rows.map((row) => ('raw' in row ? [row.row, row.problems.length] : row))).toEqual(table.map((_, i) => [i + 1, 0]));
  },
);

test.each([
  ['UTF-8 with a mark', iconv.encode('name,city\nZoë,Łódź', 'utf-8', { addBOM: true })],
  ['UTF-16 with a mark', iconv.encode('name,city\nZoë,Łódź', 'utf-16le', { addBOM: true })],
  ['UTF-16, the other way round', iconv.encode('name,city\nZoë,Łódź', 'utf-16be', { addBOM: true })],
  ['UTF-16 without a mark', iconv.encode('name,city\nZoë,Łódź', 'utf-16le', { addBOM: false })],
  ['UTF-8', Buffer.from('name,city\nZoë,Łódź')],
])('%s is read by itself', async (_name, body) => {
  expect(raws(await read(body))).toEqual([{ name: 'Zoë', city: 'Łódź' }]);
});

test('a spreadsheet’s own encoding is guessed, a named one is believed, and broken characters spoil their row only', async () => {
  expect(raws(await read(iconv.encode('name\nZoë Müller €', 'windows-1252')))).toEqual([{ name: 'Zoë Müller €' }]);
  expect(raws(await read(iconv.encode('name\nŁódź', 'iso-8859-2'), 'text/csv; charset=iso-8859-2'))).toEqual([{ name: 'Łódź' }]);
  const long = Buffer.concat([Buffer.from(`name\n${'fine\n'.repeat(20_000)}`), Buffer.from([0x5a, 0xeb, 0x0a]), Buffer.from('fine')]);
  const rows = await read(long, 'text/csv', {}, 8_192);
  expect(rows.flatMap((row) => ('raw' in row && row.problems.length > 0 ? [[row.row, row.line, row.problems[0]!.code]] : []))).toEqual([[20_001, 20_002, 'text_broken']]);
  expect(rows).toHaveLength(20_002);
});

test('the delimiter is the one that cuts all lines alike', () => {
  expect([delimiterOf('a;b;c\n1,5;2;3\n'), delimiterOf('a\tb\n1,2\t3\n'), delimiterOf('name\nAnn, Lee\n'), delimiterOf('a,b\n"x;y;z",2\n'), delimiterOf('')]).toEqual([';', '\t', ',', ',', ',']);
});

test('columns are renamed whatever their case, doubles told apart, and names given where there is no header', async () => {
  expect(raws(await read('E-MAIL ,Name,Name,\na,b,c,d', 'text/csv', { rename: { 'e-mail': 'email' } }))).toEqual([{ email: 'a', Name: 'b', Name_2: 'c', column_4: 'd' }]);
  expect(raws(await read('a;b\nc;d', 'text/csv', { columns: ['x', 'y'] }))).toEqual([{ x: 'a', y: 'b' }, { x: 'c', y: 'd' }]);
});

test('rows too short or too long are rows with a problem; empty cells behind the header are forgiven', async () => {
  const rows = await read('a,b\n1\n1,2,3\n1,2,,\n1,2');
  expect(rows.map((row) => ('raw' in row ? row.problems.map(({ code }) => code) : row.code))).toEqual([['too_few_cells'], ['too_many_cells'], [], []]);
});

test('a quote that is never closed ends the reading there and loses nothing before it', async () => {
  expect(raws(await read('a,b\n1,2\n3,4\n"5,6\n7,8\n'))).toEqual([{ a: '1', b: '2' }, { a: '3', b: '4' }, 'quote_not_closed']);
  const runaway = await all(csvRows((async function* () { yield 'a,b\n1,2\n"'; for (let i = 0; i < 30; i += 1) yield `${'x'.repeat(100_000)}\n`; yield '"\n3,4\n'; })(), shape));
  expect(raws(runaway)).toEqual([{ a: '1', b: '2' }, 'quote_not_closed']);
});

test('NDJSON and JSON: a bad line is one bad row; a list, an object, and rows inside an object', async () => {
  const lines = await read('{"a":1}\r\n\r\nnot json\n[1]\n{"a":"ü"}', 'application/x-ndjson');
  expect(lines.map((row) => ('raw' in row ? [row.row, row.line, row.problems.map(({ code }) => code)] : row))).toEqual([[1, 1, []], [2, 3, ['row_unreadable']], [3, 4, ['row_unreadable']], [4, 5, []]]);
  expect(raws(await read('[{"a":1},{"a":2}]', 'application/json'))).toEqual([{ a: 1 }, { a: 2 }]);
  expect(raws(await read('{"a":1}', 'application/json'))).toEqual([{ a: 1 }]);
  expect(raws(await read('{"data":{"items":[{"a":1}]}}', 'application/json', { records: 'data.items' }))).toEqual([{ a: 1 }]);
  expect(raws(await read('{"data":1}', 'application/json', { records: 'items' }))).toEqual(['no_rows_there']);
  expect(raws(await read('{"data":', 'application/json'))).toEqual(['not_json']);
});
