import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { countOfView } from './group-by.ts';
import { isTwentyUuid } from './local-check.ts';
import { fieldSelection } from './objects.ts';
import type { ObjectShape } from './objects.ts';
import type { SelectionPlan } from './selection.ts';
import type { Filter } from './view-condition.ts';

/** A selected record: its id and the fields that were asked for, under Twenty's own names. */
export type SelectedRecord = Readonly<Record<string, unknown>> & { readonly id: string };

export interface MissingRecord {
  /** As it was given, in lower case. */
  readonly id: string;
  readonly why: 'no id' | 'unknown' | 'in the trash';
}

export interface SelectionPage {
  readonly records: readonly SelectedRecord[];
  /** Ids that were selected by hand and stand for no record; they come in the page in which the record would have been. */
  readonly missing: readonly MissingRecord[];
  /** What to ask for next; undefined after the last page. */
  readonly next: string | undefined;
}

export interface SelectionCount {
  /** How many records the selection pages through now. */
  readonly selected: number;
  /** Of a view, what the server itself counts for it. A difference means that the view was read otherwise than Twenty reads it. */
  readonly countedByServer: number | undefined;
}

/**
 * One page of up to `maxBatch` records, ascending by id, for one token: every record that fits throughout the walk comes exactly once, whatever is
 * written meanwhile. `cursor` is the `next` of the page before. The trash is left out unless the filter itself names `deletedAt`.
 */
export function selectionPage(
  connection: Connection, plan: SelectionPlan, cursor: string | undefined, ctx: CallContext, fields: readonly string[] = [], parts?: ObjectShape['parts'],
): Promise<SelectionPage> {
  return plan.ids === undefined ? filterPage(connection, plan, cursor, ctx, fields, parts) : idsPage(connection, plan, plan.ids, cursor, ctx, fields, parts);
}

/** All pages, one after another. */
export async function* selectionPages(
  connection: Connection, plan: SelectionPlan, ctx: CallContext, fields: readonly string[] = [],
): AsyncGenerator<SelectionPage, void, undefined> {
  for (let cursor: string | undefined; ; ) {
    const page = await selectionPage(connection, plan, cursor, ctx, fields);
    yield page;
    if (page.next === undefined) return;
    cursor = page.next;
  }
}

/** Counts without reading. One token, of a view two; ids chosen by hand are their own count and cost none. */
export async function selectionCount(connection: Connection, plan: SelectionPlan, ctx: CallContext): Promise<SelectionCount> {
  if (plan.ids !== undefined) return { selected: plan.ids.length, countedByServer: undefined };
  const { totalCount } = await find(connection, plan, plan.filter, 1, undefined, ctx, 'totalCount', z.object({ totalCount: z.number().int() }));
  const countedByServer = plan.view === undefined
    ? undefined
    : await countOfView(connection, { nameSingular: plan.object, namePlural: plan.many }, plan.view.id, ctx);
  return { selected: totalCount, countedByServer };
}

async function filterPage(
  connection: Connection, plan: SelectionPlan, cursor: string | undefined, ctx: CallContext, fields: readonly string[], parts: ObjectShape['parts'],
): Promise<SelectionPage> {
  const selection = `pageInfo{hasNextPage endCursor} edges{node{${fieldSelection(plan.object, ['id', ...fields], parts)}}}`;
  const { edges, pageInfo } = await find(connection, plan, plan.filter, connection.maxBatch, cursor, ctx, selection, Edges);
  const { hasNextPage, endCursor } = pageInfo;
  if (hasNextPage && (typeof endCursor !== 'string' || endCursor === cursor)) throw new ConnectorError('twenty', 'malformed', `twenty: ${plan.many}: the walk does not go on`);
  return { records: edges.map(({ node }) => node), missing: [], next: hasNextPage ? (endCursor ?? undefined) : undefined };
}

/** The trash is asked for as well, so that what lies there can be told from what never was. */
async function idsPage(
  connection: Connection, plan: SelectionPlan, ids: readonly string[], cursor: string | undefined, ctx: CallContext, fields: readonly string[], parts: ObjectShape['parts'],
): Promise<SelectionPage> {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start) || start < 0) throw new ConnectorError('twenty', 'rejected', 'twenty: not a cursor of a selection of ids');
  const chunk = ids.slice(start, start + connection.maxBatch);
  const asked = chunk.filter(isTwentyUuid);
  const filter = { and: [{ id: { in: asked } }, { or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] }] };
  const selection = `edges{node{${fieldSelection(plan.object, ['id', 'deletedAt', ...fields], parts)}}}`;
  const answer = asked.length === 0 ? { edges: [] } : await find(connection, plan, filter, asked.length, undefined, ctx, selection, z.object({ edges: Nodes }));
  const found = new Map(answer.edges.map(({ node }) => [node.id.toLowerCase(), node]));
  const isLive = (record: SelectedRecord): boolean => record.deletedAt === null || record.deletedAt === undefined;
  const missing = chunk.flatMap((id): MissingRecord[] => {
    const record = found.get(id);
    if (record !== undefined) return isLive(record) ? [] : [{ id, why: 'in the trash' }];
    return [{ id, why: isTwentyUuid(id) ? 'unknown' : 'no id' }];
  });
  const next = start + chunk.length < ids.length ? String(start + chunk.length) : undefined;
  return { records: [...found.values()].filter(isLive), missing, next };
}

/** Only the order of ids is safe to walk in: ordered by a relation Twenty's walk stops early. */
function find<T>(
  connection: Connection, plan: SelectionPlan, filter: Filter | undefined, first: number, after: string | undefined, ctx: CallContext,
  selection: string, answer: z.ZodType<T>,
): Promise<T> {
  const given = { ...(filter === undefined ? {} : { filter }), orderBy: [{ id: 'AscNullsFirst' }], first, ...(after === undefined ? {} : { after }) };
  const types: Readonly<Record<string, string>> = { filter: `${plan.type}FilterInput`, orderBy: `[${plan.type}OrderByInput]`, first: 'Int', after: 'String' };
  return call(connection, {
    kind: 'query', rootField: plan.many, records: first, types: Object.fromEntries(Object.keys(given).map((name) => [name, types[name] ?? ''])),
    values: given, selection, answer,
  }, ctx);
}

const Nodes = z.array(z.object({ node: z.looseObject({ id: z.string() }) }));
const Edges = z.object({ edges: Nodes, pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }) });
