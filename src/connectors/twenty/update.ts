import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { TwentyRefusal } from './errors.ts';
import { localProblem } from './local-check.ts';
import { rootField, selectionOf } from './objects.ts';
import type { ObjectShape, WritableObject } from './objects.ts';
import type { RecordOf, TwentyFields } from './records.ts';
import type { Shape } from './shapes.ts';

/** A change of one record. */
export interface UpdateRow {
  readonly id: string;
  /** Twenty's field names; what is absent stays as it is. Never empty, never the id. */
  readonly patch: TwentyFields;
  /** The record's `createdAt` as first read, frozen with the patch. It tells a recreated record from the one that was meant, whatever the clocks say. */
  readonly createdAt?: string;
}

/** How the change of one record ended. */
export type UpdateResult<O extends WritableObject = WritableObject> =
  | { readonly status: 'updated'; readonly id: string; readonly record: RecordOf[O] }
  /** The record was destroyed before the write came; nothing of it is left behind. */
  | { readonly status: 'gone'; readonly id: string }
  | { readonly status: 'rejected'; readonly id: string; readonly code: string; readonly message: string }
  | { readonly status: 'held'; readonly id: string; readonly code: 'batch_refused'; readonly message: string };

/** Changes one record by its id. A record that is destroyed is `gone`; one in the trash is changed and stays there. */
export async function updateOne<O extends WritableObject>(
  connection: Connection, object: Shape<O>, id: string, patch: TwentyFields, ctx: CallContext, fields: readonly string[] = [],
): Promise<UpdateResult<O>> {
  const problem = patchProblem(object, id, patch);
  if (problem !== undefined) return { status: 'rejected', id, ...problem };
  const { one, type } = object;
  try {
    const record = await call(connection, {
      kind: 'mutation', rootField: rootField('update', one), records: 1,
      types: { id: 'UUID!', data: `${type}UpdateInput!` }, values: { id, data: patch },
      selection: selectionOf(object, fields), answer: object.record,
    }, ctx);
    return { status: 'updated', id, record };
  } catch (error) {
    if (!(error instanceof TwentyRefusal)) throw error;
    if (error.reason === 'not_found') return { status: 'gone', id };
    return { status: 'rejected', id, code: error.reason, message: error.said };
  }
}

/** Why a patch would be refused or would be dangerous, found without asking: a row without an id would create a record. */
export function patchProblem(object: Pick<ObjectShape, 'links'>, id: string, patch: TwentyFields): { readonly code: string; readonly message: string } | undefined {
  if (Object.keys(patch).length === 0) return { code: 'empty_patch', message: 'There is nothing to change.' };
  if ('id' in patch || 'createdAt' in patch) return { code: 'field_not_allowed', message: 'The id and the time of creation cannot be changed.' };
  return localProblem(object, id, patch);
}
