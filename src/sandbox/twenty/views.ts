import { randomUUID } from 'node:crypto';
import { customApplicationId } from './applications.ts';
import type { Given } from './metadata-fields.ts';
import { findField } from './metadata-fields.ts';
import { failed, MetadataFault, MetadataRefusal } from './metadata-refusal.ts';
import { operandsOf } from './views-operands.ts';
import { standardViews } from './views-rows.ts';
import type { KeptViews, Row, View, ViewFilter, ViewFilterGroup, ViewSort } from './views-rows.ts';
import type { Workspace } from './workspace.ts';

/** Saved views and what they filter and sort by. Every object has one of all its records, and the arrangement of its page. */
export class Views {
  readonly #workspace: Workspace;
  readonly #views = new Map<string, View>();
  readonly #filters = new Map<string, ViewFilter>();
  readonly #groups = new Map<string, ViewFilterGroup>();
  readonly #sorts = new Map<string, ViewSort>();
  readonly #listeners: (() => void)[] = [];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** What a key is shown: unlisted views are found only by id. */
  list(objectMetadataId?: string): readonly View[] {
    const own = [...this.#views.values()].filter(({ visibility, createdByUserWorkspaceId }) => visibility !== 'UNLISTED' || createdByUserWorkspaceId === null);
    const all = [...this.#workspace.objects().flatMap((object) => standardViews(object)), ...own];
    return objectMetadataId === undefined ? all : all.filter((view) => view.objectMetadataId === objectMetadataId);
  }

  get(id: string): View | undefined {
    return this.#views.get(id) ?? this.list().find((view) => view.id === id);
  }

  filtersOf(viewId: string): readonly ViewFilter[] {
    return [...this.#filters.values()].filter((filter) => filter.viewId === viewId);
  }

  groupsOf(viewId: string): readonly ViewFilterGroup[] {
    return [...this.#groups.values()].filter((group) => group.viewId === viewId);
  }

  sortsOf(viewId: string): readonly ViewSort[] {
    return [...this.#sorts.values()].filter((sort) => sort.viewId === viewId);
  }

  /** `createdBy` is the signed-in user who makes it; a key is none. */
  create(given: Given, createdBy: string | null = null): View {
    const object = this.#workspace.objectById(textOf(given.objectMetadataId) ?? '');
    if (object === undefined) throw refused('view', 'INVALID_VIEW_DATA', 'Object metadata not found');
    return this.#keep(this.#views, {
      ...this.#row(given), name: textOf(given.name) ?? '', objectMetadataId: object.id, type: textOf(given.type) ?? 'TABLE', key: null, icon: textOf(given.icon) ?? 'IconList',
      position: typeof given.position === 'number' ? given.position : 0, visibility: textOf(given.visibility) ?? 'WORKSPACE',
      anyFieldFilterValue: textOf(given.anyFieldFilterValue), createdByUserWorkspaceId: createdBy,
    });
  }

  createFilter(given: Given): ViewFilter {
    const view = this.#viewOf(given, 'viewFilter');
    const field = findField(this.#workspace, textOf(given.fieldMetadataId) ?? '')?.field;
    const targetId = textOf(given.relationTargetFieldMetadataId);
    const target = targetId === null ? field : findField(this.#workspace, targetId)?.field;
    if (field === undefined || target === undefined) throw refused('viewFilter', 'INVALID_VIEW_FILTER_DATA', 'Field metadata not found');
    const groupId = textOf(given.viewFilterGroupId);
    if (groupId !== null && this.#groups.get(groupId)?.viewId !== view.id) throw refused('viewFilter', 'INVALID_VIEW_FILTER_DATA', 'View filter group not found');
    const operand = textOf(given.operand) ?? 'CONTAINS';
    const supported = operandsOf(target.type, given.subFieldName);
    if (!supported.includes(operand)) {
      const message = `Operand "${operand}" is not supported on field type "${target.type}". Supported operands: ${supported.join(', ')}.`;
      throw refused('viewFilter', 'INVALID_VIEW_FILTER_DATA', message, 'Filter operand is not supported for this field type');
    }
    return this.#keep(this.#filters, {
      ...this.#row(given), viewId: view.id, fieldMetadataId: field.id, operand, value: given.value ?? '', viewFilterGroupId: groupId,
      positionInViewFilterGroup: numberOf(given.positionInViewFilterGroup), subFieldName: textOf(given.subFieldName), relationTargetFieldMetadataId: targetId,
    });
  }

  createGroup(given: Given): ViewFilterGroup {
    const view = this.#viewOf(given, 'viewFilterGroup');
    const parentId = textOf(given.parentViewFilterGroupId);
    if (parentId !== null && this.#groups.get(parentId)?.viewId !== view.id) throw refused('viewFilterGroup', 'INVALID_VIEW_FILTER_GROUP_DATA', 'Parent view filter group not found');
    const row = this.#row(given);
    return this.#keep(this.#groups, {
      ...row, universalIdentifier: row.id, viewId: view.id, parentViewFilterGroupId: parentId, logicalOperator: textOf(given.logicalOperator) ?? 'AND',
      positionInViewFilterGroup: numberOf(given.positionInViewFilterGroup),
    });
  }

  createSort(given: Given): ViewSort {
    const view = this.#viewOf(given, 'viewSort');
    const field = findField(this.#workspace, textOf(given.fieldMetadataId) ?? '')?.field;
    if (field === undefined) throw refused('viewSort', 'INVALID_VIEW_SORT_DATA', 'Field metadata not found');
    return this.#keep(this.#sorts, {
      ...this.#row(given), viewId: view.id, fieldMetadataId: field.id, direction: textOf(given.direction) ?? 'ASC', subFieldName: textOf(given.subFieldName),
    });
  }

  /** Removes a view of the workspace with everything in it; the views every object has stay. */
  destroy(id: string): boolean {
    if (!this.#views.delete(id)) throw viewNotFound(id);
    for (const rows of [this.#filters, this.#groups, this.#sorts]) for (const [rowId, { viewId }] of rows) if (viewId === id) rows.delete(rowId);
    this.#changed();
    return true;
  }

  kept(): KeptViews {
    const [views, filters, groups, sorts] = [this.#views, this.#filters, this.#groups, this.#sorts];
    return { views: [...views.values()], filters: [...filters.values()], groups: [...groups.values()], sorts: [...sorts.values()] };
  }

  load({ views, filters, groups, sorts }: KeptViews): void {
    fill(this.#views, views);
    fill(this.#filters, filters);
    fill(this.#groups, groups);
    fill(this.#sorts, sorts);
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #viewOf(given: Given, kind: string): View {
    const view = this.get(textOf(given.viewId) ?? '');
    if (view === undefined) throw refused(kind, 'VIEW_NOT_FOUND', 'View not found');
    return view;
  }

  #row(given: Given): Row {
    const at = new Date(this.#workspace.now()).toISOString();
    return { id: textOf(given.id) ?? randomUUID(), universalIdentifier: randomUUID(), applicationId: customApplicationId, createdAt: at, updatedAt: at };
  }

  #keep<T extends Row>(rows: Map<string, T>, row: T): T {
    rows.set(row.id, row);
    this.#changed();
    return row;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

export function viewNotFound(id: string): MetadataFault {
  return new MetadataFault(404, 'VIEW_NOT_FOUND', `View (id: ${id}) not found`);
}

function refused(metadataName: string, code: string, message: string, userFriendlyMessage = message): MetadataRefusal {
  const words = metadataName.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const problem = failed(metadataName, [{ code, message, userFriendlyMessage }], { universalIdentifier: randomUUID() });
  return new MetadataRefusal(`Multiple validation errors occurred while creating ${words}`, { [metadataName]: [problem] }, userFriendlyMessage);
}

function fill<T extends Row>(rows: Map<string, T>, kept: readonly T[]): void {
  rows.clear();
  for (const row of kept) rows.set(row.id, row);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
