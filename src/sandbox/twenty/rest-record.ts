import { relatedRecords } from './graphql-selection.ts';
import type { ObjectModel } from './model.ts';
import { toApi } from './record.ts';
import type { StoredRecord } from './record.ts';
import type { Workspace } from './workspace.ts';

/** A record alone, or with the records it is related to: one, or at most sixty. */
export function recordAtDepth(workspace: Workspace, object: ObjectModel, record: StoredRecord, depth: 0 | 1): unknown {
  const answer = toApi(object, record);
  if (depth === 0) return answer;
  const related = object.fields.flatMap((field): [string, unknown][] => {
    if (field.relation === undefined) return [];
    const target = workspace.object(field.relation.target);
    if (field.relation.kind === 'ONE_TO_MANY') {
      const others = target === undefined ? [] : relatedRecords(workspace, target, field, record).map((other) => toApi(target, other));
      return [[field.name, others]];
    }
    const other = target === undefined ? undefined : workspace.live(target.nameSingular, record[field.settings?.joinColumnName ?? `${field.name}Id`]);
    return [[field.name, target === undefined || other === undefined ? null : toApi(target, other)]];
  });
  return { ...answer, ...Object.fromEntries(related) };
}
