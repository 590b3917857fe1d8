import { z } from 'zod';
import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import type { Crm } from './crm.ts';
import { isRefused, shown } from './objects.ts';
import { gone, refused, type Refused } from './refusal.ts';
import type { Row } from './row.ts';

/** Batches of up to 100 records; what comes back is in no order to rely on, and does not name the trace ids of what was done. */
export function batchAnswer({ query, json }: ToolRequest, object: string, verb: string, crm: Crm): ToolAnswer | undefined {
  const sent = json();
  const size = z.object({ inputs: z.array(z.unknown()) }).safeParse(sent);
  if (!size.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  const { length } = size.data.inputs;
  if (length > 100) return refused(400, 'VALIDATION_ERROR', `The maximum number of inputs supported in a batch request for this object type is 100, received ${String(length)}`);
  switch (verb) {
    case 'read':
      return read(object, sent, query.get('archived') === 'true', crm);
    case 'create':
      return write(object, sent, crm, ({ properties }) => crm.create(object, properties));
    case 'update':
      return write(object, sent, crm, ({ id, properties }) => crm.update(object, id ?? '', properties));
    case 'archive':
      return archive(object, sent, crm);
    default:
      return undefined;
  }
}

const Ids = z.object({ inputs: z.array(z.object({ id: z.string() })), properties: z.array(z.string()).default([]), idProperty: z.string().optional() });

function read(object: string, sent: unknown, archived: boolean, crm: Crm): ToolAnswer {
  const asked = Ids.safeParse(sent);
  if (!asked.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  const { inputs, properties, idProperty } = asked.data;
  const twice = doubles(inputs);
  if (twice.length > 0) return duplicateIds(twice);
  if (idProperty !== undefined && !(object === 'contacts' && idProperty === 'email') && !crm.knows(object, idProperty)) return refused(400, 'VALIDATION_ERROR', `Property '${idProperty}' is not a unique property`);
  const find = (id: string): Row | undefined => (idProperty === undefined ? crm.find(object, id) : idProperty === 'email' ? crm.byEmail(id) : crm.records(object).find((row) => row.properties[idProperty]?.toLowerCase() === id.toLowerCase()));
  const found = inputs.map(({ id }) => ({ id, row: find(id) })).map(({ id, row }) => ({ id, row: row?.archived === archived ? row : undefined }));
  const rows = [...new Set(found.flatMap(({ row }) => row ?? []))].reverse();
  const missing = found.filter(({ row }) => row === undefined).map(({ id }) => id);
  return completed(missing.length > 0 ? 207 : 200, rows.map((row) => shown(row, properties)), missing.length === 0 ? [] : [errorOf(gone(object, missing))]);
}

interface Input {
  readonly id?: string | undefined;
  readonly objectWriteTraceId?: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

const Inputs = z.object({ inputs: z.array(z.object({ id: z.string().optional(), objectWriteTraceId: z.string().optional(), properties: z.record(z.string(), z.string()) })) });

function write(object: string, sent: unknown, crm: Crm, act: (input: Input) => Row | Refused): ToolAnswer {
  const asked = Inputs.safeParse(sent);
  if (!asked.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  const { inputs } = asked.data;
  const twice = doubles(inputs.filter((input): input is Input & { id: string } => input.id !== undefined));
  if (twice.length > 0) return duplicateIds(twice);
  const isUpdate = inputs.some(({ id }) => id !== undefined);
  // Without trace ids a batch is taken whole or not at all.
  const problem = inputs.every(({ objectWriteTraceId }) => objectWriteTraceId !== undefined) ? undefined : inputs.flatMap(({ id, properties }) => crm.problemOf(object, id, properties) ?? [])[0];
  if (problem !== undefined) return refused(problem.status, problem.category, problem.message);
  const results: object[] = [];
  const errors: object[] = [];
  for (const input of inputs) {
    // A record that was merged away is passed over without a word.
    if (input.id !== undefined && crm.isMerged(input.id)) continue;
    const result = act(input);
    if (!isRefused(result)) results.push(shown(result, Object.keys(input.properties)));
    else errors.push(errorOf(result, input.objectWriteTraceId));
  }
  const changed = results.length === 0 ? {} : { changed: `${isUpdate ? 'updated' : 'made'} ${String(results.length)} ${object}` };
  return { ...completed(errors.length > 0 ? 207 : isUpdate ? 200 : 201, results.reverse(), errors), ...changed };
}

function archive(object: string, sent: unknown, crm: Crm): ToolAnswer {
  const asked = Ids.safeParse(sent);
  if (!asked.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  for (const { id } of asked.data.inputs) crm.archive(object, crm.find(object, id)?.id ?? id);
  return { status: 204, changed: `archived ${String(asked.data.inputs.length)} ${object}` };
}

function errorOf({ category, message, ids }: Refused, traceId?: string): object {
  return { status: 'error', category, message, context: { ...(ids === undefined ? {} : { ids }), ...(traceId === undefined ? {} : { objectWriteTraceId: [traceId] }) } };
}

function completed(status: number, results: readonly object[], errors: readonly object[]): ToolAnswer {
  const at = new Date().toISOString();
  return { status, body: { status: 'COMPLETE', results, ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }), startedAt: at, completedAt: at } };
}

function doubles(inputs: readonly { readonly id: string }[]): readonly string[] {
  const ids = inputs.map(({ id }) => id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}

function duplicateIds(ids: readonly string[]): ToolAnswer {
  return refused(400, 'VALIDATION_ERROR', `Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`);
}
