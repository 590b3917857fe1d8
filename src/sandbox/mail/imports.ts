import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer, ApiRequest } from './api.ts';
import { invalid, missing, refusal } from './answers.ts';
import type { Audience, ContactFields, ContactImport } from './audience.ts';

const json = <T extends z.ZodType>(shape: T) => z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'Must be a JSON-encoded string.' });
    return z.NEVER;
  }
}).pipe(shape);

/** resend.com/docs/api-reference/contacts/create-contact-import: a form, its objects as JSON. */
const Form = z.strictObject({
  file: z.instanceof(File, { error: 'Missing `file` field.' }),
  column_map: json(z.strictObject({
    email: z.string(), first_name: z.string().optional(), last_name: z.string().optional(), unsubscribed: z.string().optional(),
    properties: z.record(z.string(), z.strictObject({ column: z.string(), type: z.enum(['string', 'number', 'boolean']).optional() })).optional(),
  })).optional(),
  on_conflict: z.enum(['upsert', 'skip']).default('upsert'),
  segments: json(z.array(z.strictObject({ id: z.string() }))).optional(),
  topics: json(z.array(z.strictObject({ id: z.string(), subscription: z.enum(['opt_in', 'opt_out']) }))).optional(),
});

export async function createImport(request: ApiRequest, audience: Audience): Promise<Answer> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return refusal(422, 'missing_required_field', 'Missing `file` field.');
  const form = await new Response(request.body, { headers: { 'content-type': type } }).formData();
  const read = Form.safeParse(Object.fromEntries(form));
  if (!read.success) return invalid(read.error);
  const { file, column_map: map = { email: 'email', first_name: 'first_name', last_name: 'last_name' }, on_conflict: conflict, segments = [] } = read.data;
  if (segments.some(({ id }) => audience.membersOf(id) === undefined)) return missing('Segment');
  const [header = [], ...lines] = rowsOf(await file.text());
  if (!header.includes(map.email)) return refusal(422, 'validation_error', `The column \`${map.email}\` is not in the file.`);
  const cell = (line: readonly string[], column: string | undefined): string | undefined => (column === undefined ? undefined : line[header.indexOf(column)]);
  const rows = lines.map((line): ContactFields => ({
    email: cell(line, map.email) ?? '', first_name: cell(line, map.first_name), last_name: cell(line, map.last_name),
    properties: Object.fromEntries(Object.entries(map.properties ?? {}).map(([key, { column, type: kind }]) => [key, typed(cell(line, column) ?? '', kind)])),
  }));
  const id = randomUUID();
  const counts = { total: rows.length, created: 0, updated: 0, skipped: 0, failed: 0 };
  audience.keepImport({ id, status: 'queued', created_at: audience.instant(), completed_at: null, counts, rows, segments: segments.map((segment) => segment.id), updates: conflict === 'upsert' });
  return { status: 201, changed: true, body: { object: 'contact_import', id } };
}

/** Each look finds it one state further. */
export function importOf(audience: Audience, id: string): Answer {
  const found = audience.import(id);
  if (found === undefined) return missing('Contact import');
  const next = found.status === 'queued' ? { ...found, status: 'in_progress' as const } : found.status === 'in_progress' ? worked(found, audience) : found;
  audience.keepImport(next);
  const { status, created_at, completed_at, counts } = next;
  return { status: 200, changed: next !== found, body: { object: 'contact_import', id, status, created_at, completed_at, counts } };
}

function worked(one: ContactImport, audience: Audience): ContactImport {
  const counts = { ...one.counts };
  for (const row of one.rows) {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(row.email) || row.email.endsWith('@example.com')) {
      counts.failed += 1;
      continue;
    }
    const before = audience.contact(row.email);
    if (before !== undefined && !one.updates) {
      counts.skipped += 1;
      continue;
    }
    counts[before === undefined ? 'created' : 'updated'] += 1;
    audience.keepContact(row);
    for (const segment of one.segments) audience.join(segment, row.email);
  }
  return { ...one, status: 'completed', completed_at: audience.instant(), counts, rows: [] };
}

function typed(text: string, type: 'string' | 'number' | 'boolean' | undefined): unknown {
  return type === 'number' ? Number(text) : type === 'boolean' ? text === 'true' : text;
}

/** A CSV file whose cells may stand in quotes. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1 || row[0] !== '');
}
