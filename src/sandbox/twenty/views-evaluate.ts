import { findField } from './metadata-fields.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { databaseRefusal } from './refusal.ts';
import { searchVectorOf } from './search-vector.ts';
import { both, either } from './views-truth.ts';
import type { Truth } from './views-truth.ts';
import { anyFieldHolds } from './views-search.ts';
import { holds } from './views-tests.ts';
import type { View, ViewFilter, ViewFilterGroup } from './views-rows.ts';
import type { Workspace } from './workspace.ts';

/** Whether a view shows a record, decided on the record itself, without a filter in between. */
export interface EvaluatedView {
  shows(record: StoredRecord): boolean;
  /** A view with a condition on `deletedAt` sees the trash. */
  readonly namesDeletedAt: boolean;
}

/**
 * Evaluates as Twenty's `groupBy` does, its leniency included: a condition without a value, in a group that is gone, or on nobody
 * ("me", asked by a key) counts as if it were not there; of several outermost groups only the first counts; an empty group is true.
 */
export function evaluateView(workspace: Workspace, object: ObjectModel, view: View): EvaluatedView {
  const filters = workspace.views.filtersOf(view.id);
  const groups = workspace.views.groupsOf(view.id);
  const test = (filter: ViewFilter): Test | undefined => testOf(workspace, object, filter);
  const free = filters.filter(({ viewFilterGroupId }) => viewFilterGroupId === null).flatMap((filter) => test(filter) ?? []);
  const root = groups.find(({ parentViewFilterGroupId }) => parentViewFilterGroupId === null);
  const grouped = root === undefined ? [] : [groupTest(root, filters, groups, test)];
  const text = view.anyFieldFilterValue ?? '';
  const searched: readonly Test[] = text === '' ? [] : [(record) => anyFieldHolds(object, record, text, workspace.now())];
  const tests = [...free, ...grouped, ...searched];
  return {
    shows: (record) => both(tests.map((one) => one(record))) === true,
    namesDeletedAt: filters.some(({ fieldMetadataId }) => findField(workspace, fieldMetadataId)?.field.name === 'deletedAt'),
  };
}

type Test = (record: StoredRecord) => Truth;

function groupTest(
  group: ViewFilterGroup, filters: readonly ViewFilter[], groups: readonly ViewFilterGroup[], test: (filter: ViewFilter) => Test | undefined,
): Test {
  const members = [
    ...filters.filter(({ viewFilterGroupId }) => viewFilterGroupId === group.id).flatMap((filter) => test(filter) ?? []),
    ...groups.filter(({ parentViewFilterGroupId }) => parentViewFilterGroupId === group.id).map((inner) => groupTest(inner, filters, groups, test)),
  ];
  if (group.logicalOperator === 'NOT') throw databaseRefusal('Unknown logical operator NOT');
  if (members.length === 0) return () => true;
  return (record) => (group.logicalOperator === 'OR' ? either : both)(members.map((member) => member(record)));
}

function testOf(workspace: Workspace, object: ObjectModel, filter: ViewFilter): Test | undefined {
  const field = object.fields.find(({ id }) => id === filter.fieldMetadataId);
  const value = typeof filter.value === 'string' ? filter.value : JSON.stringify(filter.value);
  if (field === undefined || ((value === '' || value === '[]') && !needsNoValue.has(filter.operand))) return undefined;
  if (filter.relationTargetFieldMetadataId === null) return fieldTest(object, field, filter, value, workspace.now());

  const found = findField(workspace, filter.relationTargetFieldMetadataId);
  const inner = found === undefined ? undefined : fieldTest(found.object, found.field, filter, value, workspace.now());
  if (found === undefined || inner === undefined) return undefined;
  const join = field.settings?.joinColumnName ?? `${field.name}Id`;
  return (record) => {
    const related = workspace.live(found.object.nameSingular, record[join]);
    return related === undefined ? null : inner(related);
  };
}

function fieldTest(object: ObjectModel, field: FieldModel, filter: ViewFilter, value: string, nowMs: number): Test | undefined {
  const { operand, subFieldName } = filter;
  const column = field.relation === undefined ? field.name : (field.settings?.joinColumnName ?? `${field.name}Id`);
  const test = holds({ field, operand, value, sub: subFieldName, nowMs });
  if (test === undefined) return undefined;
  return field.type === 'TS_VECTOR' ? (record) => test(searchVectorOf(object, record)) : (record) => test(record[column]);
}

const needsNoValue: ReadonlySet<string> = new Set(['IS_EMPTY', 'IS_NOT_EMPTY', 'IS_TODAY', 'IS_IN_PAST', 'IS_IN_FUTURE']);
