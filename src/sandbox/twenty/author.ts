/** Who wrote a record, as Twenty keeps it. */
export interface Actor {
  readonly source: string;
  readonly workspaceMemberId: string | null;
  readonly name: string;
  readonly context: unknown;
}

/** On whose behalf something is written; the ids are told to webhooks and exist only for signed-in users. */
export interface Author {
  readonly createdBy: Actor;
  readonly updatedBy: Actor;
  readonly userId?: string;
  readonly workspaceMemberId?: string;
}

export function apiKeyAuthor(keyName: string): Author {
  const actor = { source: 'API', workspaceMemberId: null, name: keyName, context: {} };
  return { createdBy: actor, updatedBy: actor };
}

export function userAuthor(member: { id: string; userId: string; name: string }): Author {
  const actor = { source: 'MANUAL', workspaceMemberId: member.id, name: member.name, context: {} };
  return { createdBy: actor, updatedBy: actor, userId: member.userId, workspaceMemberId: member.id };
}

/** A step of one of Twenty's own workflows. */
export const workflowAuthor: Author = {
  createdBy: { source: 'WORKFLOW', workspaceMemberId: null, name: 'Workflow', context: null },
  updatedBy: { source: 'APPLICATION', workspaceMemberId: null, name: 'Standard', context: {} },
};
