import { Registry } from 'prom-client';
import { startGateway } from '../api/index.ts';
import type { TwentyHook } from '../api/contract.ts';
import type { SluiceConfig } from '../config/define-config.ts';
import { createRecordRouter } from '../config/record-routing.ts';
import { retentionPolicy } from '../config/retention.ts';
import { resolveSecret, secret } from '../config/secret.ts';
import { twentyWorkspaces } from '../config/workspaces.ts';
import type { TwentySettings } from '../connectors/twenty/settings.ts';
import { catchUpInput, startCatchUp } from '../dispatcher/catch-up.ts';
import { dispatcherDefaults, startDispatcher } from '../dispatcher/dispatcher.ts';
import { createSearchAttributes } from '../dispatcher/search-attributes.ts';
import { keepStarts } from '../dispatcher/triggers.ts';
import type { Accepted, NewEvent } from '../domain/event.ts';
import type { Part } from '../local/parts.ts';
import { acceptEvents } from '../store/accept.ts';
import { catchUpStates } from '../store/catch-up-states.ts';
import type { Pace } from '../store/pace.ts';
import { type Database, isDatabaseAway, openDatabase } from '../store/database.ts';
import { applyAction, planAction } from '../store/hand.ts';
import { modesOf, setMode } from '../store/modes.ts';
import { createNotifier } from '../store/notify.ts';
import { rowLines, rowOverview } from '../store/row-lines.ts';
import { findEvent, listEvents } from '../store/views.ts';
import { OWN_QUEUE } from '../workflows/runtime/queues.ts';
import { paceOf } from './budgets.ts';
import { createFeeds } from './feeds.ts';
import { log, logger } from './log.ts';
import { catchUpTargets, lazyDesk, scheduleRealm, wantedSchedules } from './schedules.ts';
import { syncDesk } from './sync-desk.ts';
import { ensureSearchAttributes, temporalClient } from './temporal.ts';
import { startWorker } from './worker.ts';

/** The gateway by itself: takes events in. Needs Postgres only. `trustLoopback` lets callers on this machine use the API without a token. */
export async function composeGateway(config: SluiceConfig, env: NodeJS.ProcessEnv, options: { readonly trustLoopback?: boolean } = {}): Promise<Part> {
  const database = openDatabase(resolveSecret(secret('DATABASE_URL'), env), { applicationName: 'sluice gateway' });
  const notify = createNotifier(database);
  const schedules = lazyDesk(config, env, database);
  const accept = async (events: readonly NewEvent[]): Promise<readonly Accepted[]> => {
    const accepted = await acceptEvents(database, events);
    notify();
    return accepted;
  };
  const gateway = await startGateway(
    {
      integrations: new Map(Object.entries(config.integrations)),
      twentyWorkspaces: twentyHooks(config),
      accept,
      isDatabaseAway,
      findEvent: (id) => findEvent(database, id),
      rows: { overview: (id, query) => rowOverview(database, id, query), lines: (id, wanted, format) => rowLines(database, id, wanted, format) },
      listEvents: (query) => listEvents(database, query),
      plan: (action, selector) => planAction(database, action, selector),
      act: async (action, selector, by) => {
        const count = await applyAction(database, action, selector, by);
        notify();
        return count;
      },
      modes: {
        list: () => modesOf(database, Object.keys(config.integrations)),
        set: async (integration, mode, by) => {
          await setMode(database, [integration], mode, by);
          notify();
        },
      },
      feeds: createFeeds(database),
      catchUp: () => catchUpStates(database, catchUpTargets(config)),
      schedules,
      syncs: syncDesk(database, config, accept),
      readiness: async () => ({ database: await databaseState(database) }),
      metrics: new Registry(),
    },
    { port: Number(env['PORT'] ?? 8787), host: env['HOST'] ?? '127.0.0.1', env, trustLoopback: options.trustLoopback ?? false, trustProxy: Number(env['TRUST_PROXY'] ?? 0), log: logger },
  );
  return {
    url: gateway.url,
    close: async () => {
      await gateway.close();
      await schedules.close();
      await database.close();
    },
  };
}

/** The dispatcher by itself: turns what is due into runs. Needs Postgres; waits for Temporal. */
export async function composeDispatcher(config: SluiceConfig, env: NodeJS.ProcessEnv): Promise<Part> {
  const database = openDatabase(resolveSecret(secret('DATABASE_URL'), env), { applicationName: 'sluice dispatcher' });
  const temporal = temporalClient(env);
  const pace = new Map<string, Pace>();
  for (const connection of Object.values(config.connections)) {
    const thrift = paceOf(connection);
    if (thrift !== undefined) pace.set(connection.name, thrift);
  }
  const searchAttributes = createSearchAttributes(() => ensureSearchAttributes(temporal.client));
  const integrations = new Map(Object.entries(config.integrations));
  const dispatcher = await startDispatcher(
    { database, client: temporal.client, integrations, log },
    { ...dispatcherDefaults, taskQueue: env['SLUICE_TASK_QUEUE'] ?? OWN_QUEUE, pace, timeZone: config.workspace.timeZone, retention: retentionPolicy(config), searchAttributes },
  );
  const realm = scheduleRealm(config, env);
  const starts = keepStarts({ client: temporal.client, integrations, log }, {
    realm, schedules: wantedSchedules(config, realm), searchAttributes,
    atStart: async () => {
      if (config.workspace.catchUp === 'off') return;
      for (const target of catchUpTargets(config)) await startCatchUp(temporal.client, realm, catchUpInput(realm, target, config.workspace.catchUp));
    },
  });
  return {
    close: async () => {
      await starts.close();
      await dispatcher.close();
      await temporal.close();
      await database.close();
    },
  };
}

/** The worker by itself: carries runs out. Needs Postgres and Temporal. */
export function composeWorker(config: SluiceConfig, env: NodeJS.ProcessEnv): Promise<Part> {
  return startWorker(config, env);
}

/** Where the record events of each Twenty workspace arrive, and who wants them. */
function twentyHooks(config: SluiceConfig): ReadonlyMap<string, TwentyHook> {
  return new Map(
    twentyWorkspaces(config).map((one) => {
      const { webhookSecret } = config.connections[one.connection]!.settings as TwentySettings;
      return [one.workspace, { secrets: webhookSecret ?? [], route: createRecordRouter(one, Object.values(config.integrations)) }];
    }),
  );
}

async function databaseState(database: Database): Promise<string> {
  try {
    await database.pool.query('select 1');
    return 'ok';
  } catch (error) {
    log('database not ready', { problem: error instanceof Error ? error.message : String(error) });
    return 'away';
  }
}
