import type { Client } from '@temporalio/client';
import { defaultGuards } from '../config/guards.ts';
import type { Integration } from '../config/use-case.ts';
import type { RetentionPolicy } from '../domain/retention.ts';
import { mayClaim } from '../store/breakers.ts';
import { forecast } from '../store/budgets.ts';
import { type ClaimedSet, claimSet } from '../store/claim.ts';
import type { Pace } from '../store/pace.ts';
import type { SiftRules } from '../store/sift.ts';
import type { Database } from '../store/database.ts';
import { listen } from '../store/notify.ts';
import { ensureIntegrations, type Ready, readyIntegrations } from '../store/sets.ts';
import { createLoop } from './loop.ts';
import { startPruner } from './pruner.ts';
import { createRunStarter } from './run-starter.ts';
import type { SearchAttributes } from './search-attributes.ts';
import { createShares } from './shares.ts';
import { startSweeper } from './sweeper.ts';

export interface DispatcherSettings {
  readonly taskQueue: string;
  readonly maxSetSize: number;
  /** Open runs at once: bulk and urgent per integration, and all together in the workspace. */
  readonly maxOpen: { readonly urgent: number; readonly bulk: number; readonly workspace: number };
  /** The budgeted connections' thrift, by connection name; absent where calls are free. */
  readonly pace: ReadonlyMap<string, Pace>;
  readonly searchAttributes: SearchAttributes;
  /** IANA name; times in reasons are written in it. */
  readonly timeZone: string;
  readonly retention: RetentionPolicy;
  readonly pollMs: number;
  readonly sweep: { readonly everyMs: number; readonly claimedMs: number; readonly startedMs: number; readonly stuckMs: number };
}

export const dispatcherDefaults: Omit<DispatcherSettings, 'taskQueue' | 'pace' | 'searchAttributes' | 'timeZone' | 'retention'> = {
  maxSetSize: 200,
  maxOpen: { urgent: 10, bulk: 2, workspace: 100 },
  pollMs: 500,
  sweep: { everyMs: 5_000, claimedMs: 10_000, startedMs: 20_000, stuckMs: 600_000 },
};

const URGENT_SIZE = 10;
/** A set is claimed only when its first call can be made within this time: what waits in the inbox can still join it. */
const CALL_WITHIN_MS = 1_000;

export interface DispatcherDeps {
  readonly database: Database;
  readonly client: Client;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
}

/** Turns what is due in the inbox into runs, fairly and within all limits, until closed. Any number may run at once. */
export async function startDispatcher(deps: DispatcherDeps, settings: DispatcherSettings): Promise<{ close(): Promise<void> }> {
  const { database, integrations, log } = deps;
  const names = [...integrations.keys()];
  await ensureIntegrations(database, names);
  const shares = createShares(new Map([...integrations].map(([name, { weight }]) => [name, weight])));
  const starter = createRunStarter(deps.client, database, settings);
  const identity = `${String(process.pid)}`;
  let temporalAwayUntil = 0;
  let failures = 0;

  const startRun = async (set: ClaimedSet): Promise<boolean> => {
    const useCase = integrations.get(set.integration)?.useCase.name ?? 'unknown';
    try {
      await starter.start(set, useCase);
      failures = 0;
      return true;
    } catch (error) {
      // The set stays claimed; the sweeper starts it when Temporal is back.
      failures += 1;
      temporalAwayUntil = Date.now() + Math.min(10_000, 500 * 2 ** failures);
      log('run not started', { set: set.id, problem: message(error) });
      return false;
    }
  };

  /** Claims and starts at most one set of an integration; says when to look again, in milliseconds. */
  const tryClaim = async (ready: Ready): Promise<number | 'claimed'> => {
    const integration = integrations.get(ready.integration);
    if (integration === undefined) return Infinity;
    if (ready.dueInMs > 0) return ready.dueInMs;
    const connections = integration.useCase.connections(integration.settings);
    const waitMs = await forecast(database, connections, ready.urgent);
    if (waitMs > CALL_WITHIN_MS) return waitMs - CALL_WITHIN_MS;
    if (!(await mayClaim(database, connections))) return Infinity;
    const pace = connections.map((name) => settings.pace.get(name)).find((entry) => entry !== undefined);
    const result = await claimSet(database, {
      integration: integration.name,
      workflowType: integration.useCase.workflowType,
      claimedBy: identity,
      maxSize: settings.maxSetSize,
      urgentSize: URGENT_SIZE,
      maxOpen: settings.maxOpen,
      integrations: names.length,
      pace: pace && { ...pace, unhurried: integration.useCase.urgency === 'bulk' && !ready.urgent },
      rules: rulesOf(integration, settings.timeZone),
    });
    switch (result.kind) {
      case 'claimed':
        log('set claimed', { set: result.set.id, integration: integration.name, size: result.set.size, urgent: result.set.urgent });
        shares.claimed(integration.name, result.set.urgent, result.set.size);
        await startRun(result.set);
        return 'claimed';
      case 'sifted':
        return 0;
      case 'later':
        return result.waitMs;
      case 'nothing':
        return Infinity;
    }
  };

  const round = async (): Promise<number> => {
    if (Date.now() < temporalAwayUntil) return temporalAwayUntil - Date.now();
    let next = settings.pollMs;
    for (let claimed = true; claimed && !loop.closed && Date.now() >= temporalAwayUntil; ) {
      claimed = false;
      for (const ready of shares.order(await readyIntegrations(database, names, URGENT_SIZE))) {
        const outcome = await tryClaim(ready);
        claimed = outcome === 'claimed';
        // Every claim changes whose turn it is, and something urgent may have come.
        if (outcome === 'claimed') break;
        next = Math.min(next, Math.max(5, outcome));
      }
    }
    return next;
  };

  const loop = createLoop(round, (error) => log('dispatcher round failed', { problem: message(error) }));
  const ears = listen(database, loop.wake);
  const pruner = startPruner(deps, settings.retention);
  const sweeper = startSweeper({ ...deps, startRun }, { ...settings.sweep, taskQueue: settings.taskQueue }, loop.wake);

  return {
    async close() {
      await ears.close();
      await sweeper.close();
      await pruner.close();
      await loop.close();
    },
  };
}

/** How record events of an integration are weighed; undefined when it listens to none. */
function rulesOf({ useCase, settings }: Integration, timeZone: string): SiftRules | undefined {
  const interests = useCase.records?.(settings) ?? [];
  if (interests.length === 0) return undefined;
  return { ...(useCase.guards?.(settings) ?? defaultGuards), awaits: interests.some(({ awaited }) => awaited === true), everyEdit: interests.some(({ everyEdit }) => everyEdit === true), timeZone };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
