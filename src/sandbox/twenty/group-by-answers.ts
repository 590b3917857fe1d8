import { groupRecords } from './group-by.ts';
import type { Group } from './group-by.ts';
import type { Selected } from './graphql-document.ts';
import { compileSelection } from './graphql-selection.ts';
import type { ObjectModel } from './model.ts';
import { databaseRefusal, invalidQuery } from './refusal.ts';
import type { Asked } from './server.ts';
import { parseRestFilter } from './rest-filter.ts';
import type { Workspace } from './workspace.ts';

/** `peopleGroupBy` on GraphQL: numbers as numbers, the groups in no order. */
export function graphqlGroups(workspace: Workspace, object: ObjectModel, field: Selected): unknown {
  const { groupBy, viewId, filter, limit, orderByForRecords, offsetForRecords } = field.args;
  const groups = groupRecords(workspace, object, {
    groupBy, viewId, filter, orderByForRecords, joinColumns: false,
    ...(typeof limit === 'number' ? { limit } : {}), ...(typeof offsetForRecords === 'number' ? { offsetForRecords } : {}),
  });
  const edges = field.selection?.find(({ name }) => name === 'edges');
  const node = edges?.selection?.find(({ name }) => name === 'node');
  const project = node === undefined ? () => null : compileSelection(workspace, object, node.selection, true);
  return groups.map((group) => Object.fromEntries((field.selection ?? []).map(({ name, key }) => {
    if (name === 'edges') return [key, group.records.map((record) => ({ node: project(record) }))];
    return [key, name === 'groupByDimensionValues' ? group.values : aggregateOf(group, name)];
  })));
}

/** `GET /rest/people/groupBy`: a bare list, counts as texts, at most two hundred groups. */
export function restGroups(workspace: Workspace, object: ObjectModel, { query }: Asked): unknown {
  const groupBy = listIn(query.get('group_by'));
  if (groupBy === undefined) {
    throw databaseRefusal(
      "Invalid group_by query parameter - should be a valid array of objects - ex: [{\"firstField\": true}, {\"secondField\": {\"subField\": true}}, {\"dateField\": {\"granularity\": 'DAY'}}]",
    );
  }
  // The database refuses it for objects with many fields; the sandbox for all.
  if (query.get('include_records_sample') === 'true') throw databaseRefusal('cannot pass more than 100 arguments to a function');
  const aggregates = (listIn(query.get('aggregate')) ?? []) as readonly string[];
  const limit = query.get('limit');
  const groups = groupRecords(workspace, object, {
    groupBy, viewId: query.get('viewId'), filter: parseRestFilter(workspace, object, query.get('filter')), joinColumns: true,
    ...(limit === null ? {} : { limit: Math.min(200, Number(limit)) }),
  });
  return groups.map((group) => ({ ...Object.fromEntries(aggregates.map((name) => [name, String(aggregateOf(group, name))])), groupByDimensionValues: group.values }));
}

function aggregateOf(group: Group, name: string): number {
  if (name === 'countNotEmptyId' || name === 'totalCount') return group.count;
  throw invalidQuery(`The sandbox does not compute ${name}.`);
}

function listIn(text: string | null): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return Array.isArray(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
