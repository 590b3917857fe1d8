import type { ObjectModel } from './model.ts';
import { databaseRefusal } from './refusal.ts';
import { isTwentyUuid } from './uuid.ts';
import type { Workspace } from './workspace.ts';

export interface RestPath {
  readonly object: ObjectModel;
  readonly id?: string;
  /** `/rest/batch/people`, `/rest/restore/people` */
  readonly prefix?: 'batch' | 'restore';
  /** `/rest/people/duplicates`, `/rest/people/groupBy` */
  readonly action?: 'duplicates' | 'groupBy';
}

/** Reads a path below `/rest/`. Restoring by id is no valid path in Twenty 2.21. */
export function readRestPath(workspace: Workspace, path: string): RestPath {
  const [first = '', second, ...more] = path.split('/').slice(2).map(decodeURIComponent);
  const prefix = first === 'batch' || first === 'restore' ? first : undefined;
  if (more.length > 0) throw databaseRefusal(`Query path '${path}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies`);
  if (prefix !== undefined) return { object: objectOf(workspace, second ?? ''), prefix };
  if (second === undefined || second === '') return { object: objectOf(workspace, first) };
  if (second === 'duplicates' || second === 'groupBy') return { object: objectOf(workspace, first), action: second };
  if (!isTwentyUuid(second)) throw databaseRefusal(`'${second}' is not a valid UUID`);
  return { object: objectOf(workspace, first), id: second };
}

function objectOf(workspace: Workspace, name: string): ObjectModel {
  const object = workspace.objectByPlural(name);
  if (object !== undefined) return object;
  const singular = workspace.object(name);
  throw databaseRefusal(singular === undefined ? `object '${name}' not found. eg: companies` : `object '${name}' not found. Did you mean '${singular.namePlural}'?`);
}
