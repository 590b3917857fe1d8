import type { FileProblem, RawRow, ReadRow } from './contract.ts';

const MAX_LINE = 1024 * 1024;

/** The rows of a JSON body: an object is one row, a list as many as it has; `at` names where in an object the list stands, `data.items`. */
export function jsonRows(text: string, at: string | undefined): readonly (ReadRow | FileProblem)[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const place = /position \d+(?: \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    return [{ code: 'not_json', message: `The body is not JSON${place === undefined ? '' : ` (at ${place})`}.` }];
  }
  const found = at === undefined ? json : at.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as RawRow)[key] : undefined), json);
  if (found === undefined || found === null) return [{ code: 'no_rows_there', message: `There is nothing at “${at ?? ''}” in the body.` }];
  return (Array.isArray(found) ? (found as readonly unknown[]) : [found]).map((value, index) => valueRow(value, index + 1));
}

/** The rows of NDJSON: one JSON value a line, blank lines left out. Holds one line at a time. */
export async function* ndjsonRows(texts: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  let row = 0;
  let line = 0;
  let open = '';
  let tooLong = false;
  const end = (text: string): ReadRow | undefined => {
    line += 1;
    if (tooLong) return { row: (row += 1), line, raw: {}, problems: [{ code: 'row_too_large', path: '', message: 'The line is longer than 1 MB.', value: text.slice(0, 200) }] };
    return text.trim() === '' ? undefined : lineRow(text, (row += 1), line);
  };
  for await (const chunk of texts) {
    const lines = `${open}${chunk}`.split('\n');
    open = lines.pop()!;
    for (const text of lines) {
      const read = end(text);
      tooLong = false;
      if (read !== undefined) yield read;
    }
    if (open.length > MAX_LINE) {
      tooLong = true;
      open = open.slice(0, 200);
    }
  }
  const last = open === '' ? undefined : end(open);
  if (last !== undefined) yield last;
}

function lineRow(text: string, row: number, line: number): ReadRow {
  try {
    return { ...valueRow(JSON.parse(text), row), line };
  } catch {
    return { row, line, raw: {}, problems: [{ code: 'row_unreadable', path: '', message: 'The line is not JSON.', value: text.slice(0, 200) }] };
  }
}

/** A value as a row: only an object of fields is one. */
export function valueRow(value: unknown, row: number): ReadRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { row, line: undefined, raw: value as RawRow, problems: [] };
  return { row, line: undefined, raw: {}, problems: [{ code: 'row_unreadable', path: '', message: 'The row is not an object of fields.', value: (JSON.stringify(value) ?? '').slice(0, 200) }] };
}
