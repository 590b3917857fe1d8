import type { WorkspaceMember } from './options.ts';
import { emptyRecord } from './record.ts';
import type { StoredRecord } from './record.ts';
import type { Workspace } from './workspace.ts';

/** Puts the workspace's people in place, unless they are there from an earlier run. */
export function seedMembers(workspace: Workspace, members: readonly WorkspaceMember[]): void {
  const table = workspace.table('workspaceMember');
  const at = new Date(workspace.now()).toISOString();
  const changes = members.filter(({ id }) => table.get(id) === undefined).map((member) => {
    const after = {
      ...emptyRecord(table.object), id: member.id, createdAt: at, updatedAt: at, deletedAt: null, position: 0, userId: member.userId, userEmail: member.email,
      name: { firstName: member.firstName, lastName: member.lastName }, colorScheme: 'Light',
    } as StoredRecord;
    return { object: table.object, after };
  });
  workspace.commit(changes);
}
