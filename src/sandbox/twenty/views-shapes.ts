import { findField } from './metadata-fields.ts';
import { customApplicationId } from './applications.ts';
import type { View, ViewFilter, ViewFilterGroup, ViewSort } from './views-rows.ts';
import type { Workspace } from './workspace.ts';

type Shape = Record<string, unknown>;

/** A view as it is answered when made; `viewShape` has its parts as well. */
export function createdViewShape(workspace: Workspace, view: View): Shape {
  const { views } = workspace;
  const [filters, groups, sorts] = [views.filtersOf(view.id), views.groupsOf(view.id), views.sortsOf(view.id)];
  return {
    ...view, workspaceId: workspace.id, isSystemSideEffect: !isCustom(view), isCompact: false, openRecordIn: 'SIDE_PANEL', kanbanAggregateOperation: null,
    kanbanAggregateOperationFieldMetadataId: null, calendarLayout: null, calendarFieldMetadataId: null, mainGroupByFieldMetadataId: null, shouldHideEmptyGroups: false,
    kanbanColumnWidth: null, isActive: true, isCustom: isCustom(view), applicationUniversalIdentifier: view.applicationId,
    objectMetadataUniversalIdentifier: workspace.objectById(view.objectMetadataId)?.universalIdentifier ?? null, calendarFieldMetadataUniversalIdentifier: null,
    kanbanAggregateOperationFieldMetadataUniversalIdentifier: null, mainGroupByFieldMetadataUniversalIdentifier: null, universalOverrides: null,
    ...listed('viewField', []), ...listed('viewFieldGroup', []), ...listed('viewFilter', filters), ...listed('viewGroup', []), ...listed('viewFilterGroup', groups),
    ...listed('viewSort', sorts), deletedAt: null,
  };
}

/** A view as lists and reads show it. The fields it shows are not kept. */
export function viewShape(workspace: Workspace, view: View): Shape {
  const { views } = workspace;
  return {
    ...createdViewShape(workspace, view), viewFields: [], viewFieldGroups: [], viewGroups: [],
    viewFilters: views.filtersOf(view.id).map((filter) => filterShape(workspace, filter)),
    viewFilterGroups: views.groupsOf(view.id).map((group) => groupShape(workspace, group)),
    viewSorts: views.sortsOf(view.id).map((sort) => sortShape(workspace, sort)),
  };
}

export function filterShape(workspace: Workspace, filter: ViewFilter): Shape {
  return {
    ...partShape(workspace, filter), fieldMetadataUniversalIdentifier: identifierOf(workspace, filter.fieldMetadataId),
    relationTargetFieldMetadataUniversalIdentifier: identifierOf(workspace, filter.relationTargetFieldMetadataId),
    viewFilterGroupUniversalIdentifier: workspace.views.groupsOf(filter.viewId).find(({ id }) => id === filter.viewFilterGroupId)?.universalIdentifier ?? null,
  };
}

export function groupShape(workspace: Workspace, group: ViewFilterGroup): Shape {
  const groups = workspace.views.groupsOf(group.viewId);
  return {
    ...partShape(workspace, group), parentViewFilterGroupUniversalIdentifier: groups.find(({ id }) => id === group.parentViewFilterGroupId)?.universalIdentifier ?? null,
    ...listed('viewFilter', workspace.views.filtersOf(group.viewId).filter(({ viewFilterGroupId }) => viewFilterGroupId === group.id)),
    ...listed('childViewFilterGroup', groups.filter(({ parentViewFilterGroupId }) => parentViewFilterGroupId === group.id)),
  };
}

export function sortShape(workspace: Workspace, sort: ViewSort): Shape {
  return { ...partShape(workspace, sort), fieldMetadataUniversalIdentifier: identifierOf(workspace, sort.fieldMetadataId) };
}

/** What REST's lists of filters, groups and sorts carry along with each row: the whole workspace, the view, and what hangs together. */
export function embedded(workspace: Workspace, part: ViewFilter | ViewFilterGroup | ViewSort): Shape {
  const { views } = workspace;
  const view = views.get(part.viewId);
  const row = (one: object): Shape => ({ ...one, workspaceId: workspace.id, deletedAt: null });
  const groups = views.groupsOf(part.viewId);
  return {
    ...row(part), workspace: workspaceRow(workspace), view: view === undefined ? null : viewRow(workspace, view),
    ...('operand' in part ? { viewFilterGroup: optional(groups.find(({ id }) => id === part.viewFilterGroupId), row) } : {}),
    ...('logicalOperator' in part
      ? {
          viewFilters: views.filtersOf(part.viewId).filter(({ viewFilterGroupId }) => viewFilterGroupId === part.id).map(row),
          parentViewFilterGroup: optional(groups.find(({ id }) => id === part.parentViewFilterGroupId), row),
          childViewFilterGroups: groups.filter(({ parentViewFilterGroupId }) => parentViewFilterGroupId === part.id).map(row),
        }
      : {}),
  };
}

function viewRow(workspace: Workspace, view: View): Shape {
  return {
    ...view, workspaceId: workspace.id, overrides: null, isActive: true, isCompact: false, isCustom: isCustom(view), openRecordIn: 'SIDE_PANEL', kanbanAggregateOperation: null,
    kanbanAggregateOperationFieldMetadataId: null, calendarLayout: null, calendarFieldMetadataId: null, mainGroupByFieldMetadataId: null, shouldHideEmptyGroups: false,
    kanbanColumnWidth: null, deletedAt: null, isSystemSideEffect: !isCustom(view),
  };
}

/** A few of its columns, the delicate ones among them: a client must not log this. */
function workspaceRow(workspace: Workspace): Shape {
  return { id: workspace.id, displayName: 'Sandbox', inviteHash: 'sandbox-invite-hash', databaseSchema: 'workspace_sandbox', trashRetentionDays: 14, subdomain: 'sandbox' };
}

function partShape(workspace: Workspace, part: ViewFilter | ViewFilterGroup | ViewSort): Shape {
  return {
    ...part, workspaceId: workspace.id, applicationUniversalIdentifier: part.applicationId,
    viewUniversalIdentifier: workspace.views.get(part.viewId)?.universalIdentifier ?? null, deletedAt: null,
  };
}

function identifierOf(workspace: Workspace, fieldId: string | null): string | null {
  return fieldId === null ? null : (findField(workspace, fieldId)?.field.universalIdentifier ?? null);
}

function listed(name: string, rows: readonly { id: string; universalIdentifier: string }[]): Shape {
  return { [`${name}Ids`]: rows.map(({ id }) => id), [`${name}UniversalIdentifiers`]: rows.map(({ universalIdentifier }) => universalIdentifier) };
}

function isCustom(view: View): boolean {
  return view.applicationId === customApplicationId;
}

function optional<T>(value: T | undefined, shape: (value: T) => Shape): Shape | null {
  return value === undefined ? null : shape(value);
}

