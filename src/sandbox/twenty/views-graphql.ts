import type { Given } from './metadata-fields.ts';
import { filterShape, groupShape, sortShape, viewShape } from './views-shapes.ts';
import type { Workspace } from './workspace.ts';

/** The part of `/metadata` that is about views. */
export function viewResolvers(workspace: Workspace): Record<string, unknown> {
  const { views } = workspace;
  return {
    getViews: ({ objectMetadataId, viewTypes }: { objectMetadataId?: string | null; viewTypes?: readonly string[] | null }) =>
      views.list(objectMetadataId ?? undefined).filter(({ type }) => viewTypes?.includes(type) ?? true).map((view) => viewShape(workspace, view)),
    getView: ({ id }: { id: string }) => {
      const view = views.get(id);
      return view === undefined ? null : viewShape(workspace, view);
    },
    getViewFilters: ({ viewId }: { viewId?: string | null }) => views.filtersOf(viewId ?? '').map((filter) => filterShape(workspace, filter)),
    getViewFilterGroups: ({ viewId }: { viewId?: string | null }) => views.groupsOf(viewId ?? '').map((group) => groupShape(workspace, group)),
    getViewSorts: ({ viewId }: { viewId?: string | null }) => views.sortsOf(viewId ?? '').map((sort) => sortShape(workspace, sort)),
    createView: ({ input }: { input: Given }) => viewShape(workspace, views.create(input)),
    createViewFilter: ({ input }: { input: Given }) => filterShape(workspace, views.createFilter(input)),
    createViewFilterGroup: ({ input }: { input: Given }) => groupShape(workspace, views.createGroup(input)),
    createViewSort: ({ input }: { input: Given }) => sortShape(workspace, views.createSort(input)),
    destroyView: ({ id }: { id: string }) => views.destroy(id),
  };
}
