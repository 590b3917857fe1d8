import { ConnectorError } from '../../domain/failure.ts';
import type { TwentyField, TwentyObject } from './metadata.ts';
import { anyFieldFilter } from './view-any-field.ts';
import { allOf, anyOf, not, untranslatable } from './view-condition.ts';
import type { Clock, Condition, Filter } from './view-condition.ts';
import { conditionFilter } from './view-fields.ts';
import { withoutValue } from './view-values.ts';
import type { TwentyView, TwentyViewFilter, TwentyViewFilterGroup } from './views.ts';

/**
 * The records that a view shows as a GraphQL filter; undefined when it shows every record. Every condition of the view is in it,
 * or it throws `rejected` and says which one cannot be carried out: Twenty leaves such conditions out and shows more.
 * `objects` is the workspace's whole schema, since conditions may be on fields of related records.
 */
export function filterOfView(view: TwentyView, objects: readonly TwentyObject[], clock: Clock): Filter | undefined {
  const fields = new Map(objects.flatMap((object) => (object.fields ?? []).map((field) => [field.id, { field, object }] as const)));
  const resolve = (filter: TwentyViewFilter): Filter => resolved(filter, fields, view, clock);
  const ungrouped = view.viewFilters.filter((filter) => filter.viewFilterGroupId === undefined).map(resolve);
  const grouped = groupsOf(view, resolve);
  const own = objects.find(({ id }) => id === view.objectMetadataId)?.fields ?? [];
  const searched = view.anyFieldFilterValue === undefined || view.anyFieldFilterValue === '' ? [] : [anyFieldFilter(view.anyFieldFilterValue, own, clock)];
  const all = [...ungrouped, ...grouped, ...searched];
  return all.length === 0 ? undefined : allOf(all);
}

type FieldsById = ReadonlyMap<string, { readonly field: TwentyField; readonly object: TwentyObject }>;

function resolved(filter: TwentyViewFilter, fields: FieldsById, view: TwentyView, clock: Clock): Filter {
  const own = fields.get(filter.fieldMetadataId);
  if (own === undefined || own.object.id !== view.objectMetadataId) throw broken(view, `has a condition (${filter.operand}) on a field that is not there any more`);
  const value = typeof filter.value === 'string' ? filter.value : filter.value === undefined || filter.value === null ? '' : JSON.stringify(filter.value);
  const base = { operand: filter.operand, value, sub: filter.subFieldName === '' ? undefined : filter.subFieldName, clock };
  if (filter.relationTargetFieldMetadataId === undefined) return checked({ ...base, field: own.field });

  const target = fields.get(filter.relationTargetFieldMetadataId);
  const here = { ...base, field: own.field };
  if (target === undefined) throw untranslatable(here, 'is on a field of the related record that is not there any more');
  if (own.field.type !== 'RELATION') throw untranslatable(here, 'goes through a field that is no relation to one other object');
  return { [own.field.name]: checked({ ...base, field: target.field }) };
}

function checked(condition: Condition): Filter {
  if (!WITHOUT_VALUE.has(condition.operand) && (condition.value === '' || condition.value === '[]')) throw withoutValue(condition);
  return conditionFilter(condition);
}

const WITHOUT_VALUE: ReadonlySet<string> = new Set(['IS_EMPTY', 'IS_NOT_EMPTY', 'IS_NOT_NULL', 'IS_IN_PAST', 'IS_IN_FUTURE', 'IS_TODAY']);

/** The conditions that stand in groups: Twenty has one outermost group, in which the others lie. */
function groupsOf(view: TwentyView, resolve: (filter: TwentyViewFilter) => Filter): readonly Filter[] {
  const known = new Set(view.viewFilterGroups.map(({ id }) => id));
  if (view.viewFilters.some(({ viewFilterGroupId: id }) => id !== undefined && !known.has(id))) throw broken(view, 'has a condition in a group that is not there any more');
  const outermost = view.viewFilterGroups.filter((group) => group.parentViewFilterGroupId === undefined);
  const [root] = outermost;
  if (root === undefined && known.size === 0) return [];
  if (root === undefined || outermost.length > 1) throw broken(view, `has ${String(outermost.length)} outermost groups of conditions, of which Twenty heeds one at most`);
  const seen = new Set<string>();
  const filter = groupFilter(view, root, resolve, seen);
  if (seen.size !== known.size) throw broken(view, 'has a group of conditions that lies in no other');
  return [filter];
}

function groupFilter(view: TwentyView, group: TwentyViewFilterGroup, resolve: (filter: TwentyViewFilter) => Filter, seen: Set<string>): Filter {
  seen.add(group.id);
  const members = [
    ...view.viewFilters.filter((filter) => filter.viewFilterGroupId === group.id).map(resolve),
    ...view.viewFilterGroups.filter((inner) => inner.parentViewFilterGroupId === group.id && !seen.has(inner.id)).map((inner) => groupFilter(view, inner, resolve, seen)),
  ];
  const [only] = members;
  // To Twenty an empty group is true, which turns an OR around it into every record.
  if (only === undefined) throw broken(view, 'has a group without conditions, which lets every record through. Remove the group');
  switch (group.logicalOperator) {
    case 'AND': return allOf(members);
    case 'OR': return anyOf(members);
    case 'NOT':
      if (members.length === 1) return not(only);
      throw broken(view, 'has a NOT over several conditions, which can mean “none of them” or “not all of them”. Put one group into it');
    default: throw broken(view, `joins conditions by ${group.logicalOperator}, which is not known`);
  }
}

function broken(view: TwentyView, why: string): ConnectorError {
  return new ConnectorError('twenty', 'rejected', `twenty: the view “${view.name}” (${view.id}) ${why}`);
}
