import type { Connection } from './connection.ts';

/** A Twenty workspace and the connection that reaches it. */
export interface TwentyWorkspace {
  /** Its events arrive at `/twenty/{workspace}`, and what was seen of its records is kept under this name. */
  readonly workspace: string;
  readonly connection: string;
}

/** The Twenty workspaces of a configuration. The first bears the workspace's own name, further ones that of their connection. */
export function twentyWorkspaces({ connections, workspace }: { readonly connections: Readonly<Record<string, Connection>>; readonly workspace: { readonly name: string } }): readonly TwentyWorkspace[] {
  const names = Object.values(connections).flatMap(({ kind, name }) => (kind === 'twenty' ? [name] : []));
  const main = names.includes('twenty') ? 'twenty' : names[0];
  return names.map((connection) => ({ connection, workspace: connection === main ? workspace.name : connection }));
}
