import type { RunInput } from '../../domain/run.ts';
import { noteStandings } from '../../store/newsletter-ends.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { AT_ONCE_MS, openJob, REQUESTS_AT_ONCE } from './job.ts';

/** Looks up how those who were added stand in the tool, where its answers did not say; only reads. */
export async function readStandings(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ done: boolean }> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined || run.dryRun || job.state.problem !== undefined || job.state.isWalked) return { done: true };
  const { settings: { tool: connection, list, group } } = job;
  const tool = deps.tool('newsletter', connection);
  if (tool.standings === undefined) return { done: true };
  const until = Date.now() + AT_ONCE_MS;
  let from = job.state.walk;
  for (let pages = 0; pages < REQUESTS_AT_ONCE && Date.now() < until; pages += 1) {
    const { members, next } = await onConnection(deps, run, connection, (context) => tool.standings!({ list, group }, from, context));
    await noteStandings(deps.database, run, deliveryId, { from, members, next });
    if (next === undefined) return { done: true };
    from = next;
  }
  return { done: false };
}
