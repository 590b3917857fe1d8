import { z } from 'zod';
import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import type { Crm } from './crm.ts';
import { refused, type Refused } from './refusal.ts';
import type { Row } from './row.ts';

/** One record at a time, and the list (developers.hubspot.com/docs/api-reference/crm/objects). */
export function objectAnswer({ method, query, json }: ToolRequest, object: string, rest: string, crm: Crm): ToolAnswer | undefined {
  if (method === 'POST' && rest === '') return createOne(object, json(), crm);
  if (method === 'GET' && rest === '') return listOf(object, query, crm);
  if (method === 'POST' && rest === '/merge') return mergeTwo(object, json(), crm);
  const id = /^\/([^/]+)$/.exec(rest)?.[1];
  if (method !== 'GET' || id === undefined) return undefined;
  const idProperty = query.get('idProperty');
  const row = idProperty === 'email' ? crm.byEmail(decodeURIComponent(id)) : idProperty === null ? crm.find(object, decodeURIComponent(id)) : undefined;
  if (row === undefined || row.archived !== (query.get('archived') === 'true')) return refused(404, 'OBJECT_NOT_FOUND', 'resource not found');
  return { status: 200, body: shown(row, query.get('properties')?.split(',')) };
}

/** A record with the properties that were asked for; unknown ones are left out without a word. */
export function shown({ id, properties, createdAt, updatedAt, archived }: Row, asked: readonly string[] = []): object {
  const standard = ['createdate', 'hs_object_id', 'lastmodifieddate', 'hs_lastmodifieddate'];
  const names = [...new Set([...standard.filter((name) => name in properties), ...asked])];
  return { id, properties: Object.fromEntries(names.map((name) => [name, properties[name] ?? null])), createdAt, updatedAt, archived, ...(archived ? { archivedAt: updatedAt } : {}) };
}

export function isRefused(result: Row | Refused): result is Refused {
  return 'message' in result;
}

function createOne(object: string, sent: unknown, crm: Crm): ToolAnswer {
  const read = z.object({ properties: z.record(z.string(), z.string()) }).safeParse(sent);
  if (!read.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  const made = crm.create(object, read.data.properties);
  if (isRefused(made)) return refused(made.status, made.category, made.message);
  const name = made.properties['email'] ?? made.id;
  return { status: 201, body: shown(made, Object.keys(read.data.properties)), changed: `made ${object.replace(/ies$/, 'y').replace(/s$/, '')} ${name}` };
}

function listOf(object: string, query: URLSearchParams, crm: Crm): ToolAnswer {
  const limit = Number(query.get('limit') ?? '10');
  if (!(limit >= 1 && limit <= 100)) return refused(400, 'VALIDATION_ERROR', 'limit must be between 1 and 100');
  const after = Number(query.get('after') ?? '0');
  const rows = crm.all(object).filter(({ id, archived }) => Number(id) > after && archived === (query.get('archived') === 'true')).sort((a, b) => Number(a.id) - Number(b.id));
  const page = rows.slice(0, limit);
  return { status: 200, body: { results: page.map((row) => shown(row, query.get('properties')?.split(','))), ...(rows.length > limit ? { paging: { next: { after: page.at(-1)!.id, link: '?after=' } } } : {}) } };
}

function mergeTwo(object: string, sent: unknown, crm: Crm): ToolAnswer {
  const read = z.object({ primaryObjectId: z.string(), objectIdToMerge: z.string() }).safeParse(sent);
  const rows = read.success ? [crm.find(object, read.data.primaryObjectId), crm.find(object, read.data.objectIdToMerge)] : [];
  if (!read.success || rows.some((row) => row === undefined || row.archived) || rows[0] === rows[1]) return refused(400, 'VALIDATION_ERROR', 'These records cannot be merged');
  const id = crm.merge(object, rows[0]!.id, rows[1]!.id);
  return { status: 200, body: shown(crm.find(object, id)!), changed: `merged ${object} into ${id}` };
}
