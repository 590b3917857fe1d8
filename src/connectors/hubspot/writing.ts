import { z } from 'zod';
import type { CounterpartCreate, CounterpartEnd, CounterpartObject, CounterpartUpdate } from '../counterpart.ts';
import { refusalOf } from '../http/json-call.ts';
import type { ToolCall } from '../tool.ts';
import { type Api, ask, midway, saidBy, SERVICE } from './api.ts';
import { type BatchError, endOfError, matchMade } from './batch-ends.ts';
import { objectPath, objectType } from './objects.ts';
import { batchRead } from './reading.ts';
import { CrmRecord, recordOf, textOf } from './records.ts';

/** An input of a batch; by its trace id HubSpot says which one it refused. */
interface Input {
  readonly objectWriteTraceId: string;
  readonly id?: string;
  readonly properties: Readonly<Record<string, string>>;
}

const Written = z.object({
  results: z.array(CrmRecord).default([]),
  errors: z.array(z.object({ category: z.string().default(''), message: z.string().default(''), context: z.record(z.string(), z.array(z.string())).catch({}) })).default([]),
});

export async function createRecords(api: Api, object: CounterpartObject, records: readonly CounterpartCreate[], call: ToolCall): Promise<readonly CounterpartEnd[]> {
  if (records.length === 0) return [];
  const ends = await send(api, object, 'create', records.map(({ fields }, n) => inputOf(n, fields)), call);
  const there = ends.flatMap((end) => (end.status === 'exists' && end.id !== undefined ? [end.id] : []));
  if (there.length === 0 || objectType(object.name) !== '0-1') return ends;
  // Nobody finds a contact by its second address: to look for it again would never end.
  const emails = new Map((await batchRead(api, { name: object.name, fields: ['email'] }, there, midway(call))).map(({ id, properties }) => [id, properties['email'] ?? '']));
  return ends.map((end, index): CounterpartEnd => {
    if (end.status !== 'exists' || end.id === undefined || !emails.has(end.id) || emails.get(end.id) === textOf(records[index]!.fields['email'] ?? null).trim().toLowerCase()) return end;
    return { status: 'rejected', message: `Contact ${end.id} holds this address as another one of its own, perhaps since a merge. Merge the two in Twenty as well, or take the address from the contact.` };
  });
}

/**
 * HubSpot knows no condition for a write. Right before it the records' times of change are read once more, so that what changed since it was
 * read is left alone; an edit in the moment between the two requests is not seen.
 */
export async function updateRecords(api: Api, object: CounterpartObject, rows: readonly CounterpartUpdate[], call: ToolCall): Promise<readonly CounterpartEnd[]> {
  const held = rows.filter(({ version }) => version !== undefined);
  const bare = { name: object.name, fields: [] };
  const now = new Map((held.length === 0 ? [] : await batchRead(api, bare, held.map(({ id }) => id), call)).map((record) => [record.id, recordOf(bare, record).version]));
  const barred = (row: CounterpartUpdate): CounterpartEnd | undefined => {
    if (row.version === undefined || now.get(row.id) === row.version) return undefined;
    return { status: now.has(row.id) ? 'changed' : 'gone' };
  };
  const free = rows.filter((row) => barred(row) === undefined);
  const ends = free.length === 0 ? [] : await send(api, object, 'update', free.map(({ id, fields }, n) => ({ ...inputOf(n, fields), id })), held.length === 0 ? call : midway(call));
  const byRow = new Map(free.map((row, index) => [row, ends[index]!]));
  return rows.map((row) => byRow.get(row) ?? barred(row)!);
}

/**
 * Archives, whatever was asked: it can be taken back for 90 days, after which HubSpot itself erases what is archived. Its deletion for good
 * exists for contacts only, is meant for requests under the GDPR, and bars the address from ever being added again.
 */
export async function removeRecords(api: Api, object: CounterpartObject, ids: readonly string[], call: ToolCall): Promise<readonly string[]> {
  if (ids.length > 0) await ask(api, { method: 'POST', url: `${objectPath(object.name)}/batch/archive`, body: { inputs: ids.map((id) => ({ id })) }, answer: z.unknown() }, call);
  return ids;
}

async function send(api: Api, object: CounterpartObject, verb: 'create' | 'update', inputs: readonly Input[], call: ToolCall): Promise<readonly CounterpartEnd[]> {
  const { body, status, raw } = await ask(api, { method: 'POST', url: `${objectPath(object.name)}/batch/${verb}`, body: { inputs }, answers: [400, 404, 409], answer: Written }, call);
  if (body !== undefined) return verb === 'create' ? endsOfCreate(object, inputs, body) : endsOfUpdate(object, inputs, body);
  const { message = `answered ${String(status)} without saying why`, category = '' } = saidBy(raw);
  // No record is to blame for an object that there is none of.
  if (/object type/i.test(message)) throw refusalOf({ service: SERVICE, method: 'POST', refusal: saidBy }, raw);
  if (inputs.length === 1) return [endOfError(verb, { category: status === 409 ? 'CONFLICT' : category, message, context: {} })];
  // Refused as a whole, and nothing of it was done: which one is to blame shows when it is halved.
  const half = Math.ceil(inputs.length / 2);
  return [...(await send(api, object, verb, inputs.slice(0, half), midway(call))), ...(await send(api, object, verb, inputs.slice(half), midway(call)))];
}

type Answer = z.output<typeof Written>;

function endsOfCreate(object: CounterpartObject, inputs: readonly Input[], { results, errors }: Answer): readonly CounterpartEnd[] {
  const refused = new Map(inputs.flatMap((input) => told(errors, 'objectWriteTraceId', input.objectWriteTraceId).map((error) => [input, endOfError('create', error)] as const)));
  const open = inputs.filter((input) => !refused.has(input));
  const made = matchMade(open, results);
  const untold = errors.find(({ context }) => context['objectWriteTraceId'] === undefined);
  return inputs.map((input): CounterpartEnd => {
    const record = made.get(input);
    if (record !== undefined) return { status: 'done', record: recordOf(object, record) };
    return refused.get(input) ?? endOfError('create', untold ?? { category: '', message: 'HubSpot neither made it nor said why.', context: {} });
  });
}

function endsOfUpdate(object: CounterpartObject, inputs: readonly Input[], { results, errors }: Answer): readonly CounterpartEnd[] {
  return inputs.map((input): CounterpartEnd => {
    const record = results.find(({ id }) => id === input.id);
    if (record !== undefined) return { status: 'done', record: recordOf(object, record) };
    const [error] = [...told(errors, 'objectWriteTraceId', input.objectWriteTraceId), ...told(errors, 'ids', input.id!)];
    // A record that was merged into another one is left out without a word.
    return error === undefined ? { status: 'gone' } : endOfError('update', error);
  });
}

function told(errors: readonly BatchError[], place: string, value: string): readonly BatchError[] {
  return errors.filter(({ context }) => context[place]?.includes(value) === true).slice(0, 1);
}

function inputOf(n: number, fields: CounterpartCreate['fields']): Input {
  return { objectWriteTraceId: `record-${String(n + 1)}`, properties: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, textOf(value)])) };
}
