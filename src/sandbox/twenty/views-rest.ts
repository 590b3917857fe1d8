import type { Answer } from './answer.ts';
import type { Given } from './metadata-fields.ts';
import type { Sandbox } from './sandbox.ts';
import type { Asked } from './server.ts';
import { viewNotFound } from './views.ts';
import { createdViewShape, embedded, filterShape, groupShape, sortShape, viewShape } from './views-shapes.ts';

/** `/rest/metadata/views`, `viewFilters`, `viewFilterGroups`, `viewSorts`: bare rows and lists, without `data` around them. */
export function answerViews({ service: { workspace } }: Sandbox, asked: Asked, kind: string, id: string | undefined): Answer | undefined {
  const { views } = workspace;
  const given = (asked.body ?? {}) as Given;
  const viewId = asked.query.get('viewId') ?? '';
  const created = (body: unknown): Answer => ({ status: 201, body });
  const ok = (body: unknown): Answer => ({ status: 200, body });
  switch (`${asked.method} ${kind}${id === undefined ? '' : ' one'}`) {
    case 'GET views': return ok(views.list(asked.query.get('objectMetadataId') ?? undefined).map((view) => viewShape(workspace, view)));
    case 'GET views one': {
      const view = views.get(id ?? '');
      if (view === undefined) throw viewNotFound(id ?? '');
      return ok(viewShape(workspace, view));
    }
    case 'POST views': return created(createdViewShape(workspace, views.create(given)));
    case 'DELETE views one': return ok({ success: views.destroy(id ?? '') });
    case 'GET viewFilters': return ok(views.filtersOf(viewId).map((filter) => embedded(workspace, filter)));
    case 'POST viewFilters': return created(filterShape(workspace, views.createFilter(given)));
    case 'GET viewFilterGroups': return ok(views.groupsOf(viewId).map((group) => embedded(workspace, group)));
    case 'POST viewFilterGroups': return created(groupShape(workspace, views.createGroup(given)));
    case 'GET viewSorts': return ok(views.sortsOf(viewId).map((sort) => embedded(workspace, sort)));
    case 'POST viewSorts': return created(sortShape(workspace, views.createSort(given)));
    default: return undefined;
  }
}
