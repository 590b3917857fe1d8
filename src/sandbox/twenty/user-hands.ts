import { userAuthor } from './author.ts';
import type { RecordEvent } from './event.ts';
import { compileFilter } from './filter.ts';
import { findMatching } from './find.ts';
import type { ObjectModel } from './model.ts';
import { Operations } from './operations.ts';
import type { WorkspaceMember } from './options.ts';
import { toApi } from './record.ts';
import type { ApiRecord, StoredRecord } from './record.ts';
import type { Workspace } from './workspace.ts';

/** Writes as a signed-in user makes them: not counted, not limited, told to webhooks with the user's ids. */
export interface UserHands {
  create(objectPlural: string, data: Readonly<Record<string, unknown>>): ApiRecord;
  update(objectPlural: string, id: string, data: Readonly<Record<string, unknown>>): ApiRecord;
  softDelete(objectPlural: string, id: string): ApiRecord;
  destroy(objectPlural: string, id: string): ApiRecord;
  restore(objectPlural: string, id: string): ApiRecord;
}

export function userHands(workspace: Workspace, member: WorkspaceMember, emit: (events: readonly RecordEvent[]) => void): UserHands {
  const author = userAuthor({ id: member.id, userId: member.userId, name: `${member.firstName} ${member.lastName}` });
  const act = (objectPlural: string, work: (operations: Operations, object: ObjectModel) => StoredRecord | undefined): ApiRecord => {
    const object = objectNamed(workspace, objectPlural);
    const operations = new Operations(workspace, author, Number.POSITIVE_INFINITY);
    const record = work(operations, object);
    emit(operations.events);
    return toApi(object, record as StoredRecord);
  };
  return {
    create: (plural, data) => act(plural, (operations, object) => operations.create(object, [data], false)[0]),
    update: (plural, id, data) => act(plural, (operations, object) => operations.update(object, id, data)),
    softDelete: (plural, id) => act(plural, (operations, object) => operations.softDelete(object, id)),
    destroy: (plural, id) => act(plural, (operations, object) => operations.destroy(object, id)),
    restore: (plural, id) => act(plural, (operations, object) => operations.restore(object, id)),
  };
}

/** All records of an object, the trash included, as the API answers them; ascending by id. */
export function allRecords(workspace: Workspace, objectPlural: string): readonly ApiRecord[] {
  const object = objectNamed(workspace, objectPlural);
  return findMatching(workspace, object, compileFilter(workspace, object, {}), true).map((record) => toApi(object, record));
}

function objectNamed(workspace: Workspace, objectPlural: string): ObjectModel {
  const object = workspace.objectByPlural(objectPlural);
  if (object === undefined) throw new Error(`The sandbox has no object ${objectPlural}.`);
  return object;
}
