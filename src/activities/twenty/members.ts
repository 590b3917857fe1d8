import type { RunInput } from '../../domain/run.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';

const KEEP_MS = 10 * 60_000;
const kept = new WeakMap<object, { readonly atMs: number; readonly members: readonly WorkspaceMember[] }>();

/** The workspace's members, asked for at most every ten minutes per worker. */
export async function membersOf(deps: ActivityDeps, run: RunInput, connection: string): Promise<readonly WorkspaceMember[]> {
  const client = deps.twenty(connection);
  const known = kept.get(client);
  if (known !== undefined && Date.now() - known.atMs < KEEP_MS) return known.members;
  const members = await onConnection(deps, run, connection, (context) => client.workspaceMembers(context));
  kept.set(client, { atMs: Date.now(), members });
  return members;
}
