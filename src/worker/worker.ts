import { fileURLToPath } from 'node:url';
import { Runtime, Worker } from '@temporalio/worker';
import type { ActivityDeps } from '../activities/deps.ts';
import { commonActivities } from '../activities/index.ts';
import { activityInterceptor } from '../activities/runtime/interceptor.ts';
import type { Connection } from '../config/connection.ts';
import type { SluiceConfig } from '../config/define-config.ts';
import { resolveSecret, secret } from '../config/secret.ts';
import type { RateListener } from '../connectors/http/client.ts';
import type { Part } from '../local/parts.ts';
import { dropBudget, ensureBudget } from '../store/budgets.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { noteRemaining } from '../store/rate-news.ts';
import { OWN_QUEUE, queueOf } from '../workflows/runtime/queues.ts';
import { budgetOf, queueRate } from './budgets.ts';
import { createConnectors } from './connectors.ts';
import { log, logger } from './log.ts';
import { nativeConnection } from './temporal.ts';
import { openTools } from './tools.ts';

/** What is bundled for Temporal's sandbox, at every start unless `SLUICE_WORKFLOW_BUNDLE` names a bundle made before. */
export const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** Waiting for a budget holds a slot, so there are more of them than calls that may be under way. */
const SLOTS_PER_CONNECTION = 100;
const OWN_SLOTS = 20;

/** One worker with the workflows and Sluice's own activities, and an activity-only worker per connection. */
export async function startWorker(config: SluiceConfig, env: NodeJS.ProcessEnv): Promise<Part> {
  installRuntime();
  const database = openDatabase(resolveSecret(secret('DATABASE_URL'), env), { max: 20, applicationName: 'sluice worker' });
  const connections = Object.values(config.connections);
  await Promise.all(connections.map((connection) => applyBudget(database, connection)));
  const connectors = createConnectors(config, env, (connection) => tellBudget(database, connection));
  const tools = await openTools(config, env, (connection) => tellBudget(database, connection));
  const { email, webhookUrl } = config.workspace.alerts ?? {};
  const activities = await allActivities(config, {
    database,
    integrations: new Map(Object.entries(config.integrations)),
    budgeted: new Set(connections.filter((one) => budgetOf(one) !== undefined).map(({ name }) => name)),
    twenty: (connection) => connectors.twenty(connection),
    mail: (connection) => connectors.mail(connection),
    tool: (role, name) => tools.tool(role, name),
    alerts: { webhookUrl, ...(email === undefined ? {} : { email: { to: email.to, from: email.from, connection: email.mail } }) },
    allowInsecure: config.allowInsecure,
    log,
  });
  const { connection, namespace } = await nativeConnection(env);
  const ownQueue = env['SLUICE_TASK_QUEUE'] ?? OWN_QUEUE;
  const common = { connection, namespace, activities, shutdownGraceTime: '5 seconds' } as const;
  const bundle = env['SLUICE_WORKFLOW_BUNDLE'];
  const intercept = (name?: string) => ({ interceptors: { activity: [() => ({ inbound: activityInterceptor(database, name) })] } });
  const workers = await Promise.all([
    Worker.create({
      ...common,
      ...intercept(),
      taskQueue: ownQueue,
      ...(bundle === undefined ? { workflowsPath } : { workflowBundle: { codePath: bundle } }),
      maxConcurrentActivityTaskExecutions: OWN_SLOTS,
      maxCachedWorkflows: 300,
    }),
    ...connections.map((one) =>
      Worker.create({
        ...common,
        ...intercept(one.name),
        taskQueue: queueOf(ownQueue, one.name),
        maxConcurrentActivityTaskExecutions: SLOTS_PER_CONNECTION,
        maxTaskQueueActivitiesPerSecond: queueRate(one),
      })),
  ]);
  const running = workers.map((worker) => worker.run());
  const ended = Promise.race(running);
  ended.catch(() => undefined);
  return {
    ended,
    close: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(running);
      await connection.close();
      await connectors.close();
      await tools.close();
      await database.close();
    },
  };
}

/** The common activities and those of every use case that is configured. */
async function allActivities(config: SluiceConfig, deps: ActivityDeps): Promise<object> {
  const useCases = new Set(Object.values(config.integrations).map(({ useCase }) => useCase));
  const own = await Promise.all([...useCases].map(async (useCase) => (await useCase.activities())(deps as never)));
  return Object.assign({}, commonActivities(deps), ...own) as object;
}

async function applyBudget(database: Database, connection: Connection): Promise<void> {
  const budget = budgetOf(connection);
  if (budget === undefined) await dropBudget(database, connection.name);
  else await ensureBudget(database, connection.name, budget);
}

/** Passes what a service says is left on to the budget. Nothing waits for it: the next answer says it again. */
function tellBudget(database: Database, connection: string): RateListener {
  return ({ remaining, limit, resetAtMs }) => {
    if (remaining === undefined || resetAtMs === undefined) return;
    void noteRemaining(database, { connection, remaining, limit, endsInMs: Math.max(0, resetAtMs - Date.now()) }).catch(() => undefined);
  };
}

let installed = false;

/** Temporal's own log lines go where ours go. */
function installRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (_level, message, meta) => logger.debug(meta ?? {}, message),
      trace: (message, meta) => logger.trace(meta ?? {}, message),
      debug: (message, meta) => logger.debug(meta ?? {}, message),
      info: (message, meta) => logger.debug(meta ?? {}, message),
      // A connection's worker has no workflows; the SDK warns of each.
      warn: (message, meta) => (message.startsWith('No workflows registered') ? undefined : logger.warn(meta ?? {}, message)),
      error: (message, meta) => logger.error(meta ?? {}, message),
    },
  });
}
