import { randomBytes } from 'node:crypto';
import type { CommonInput } from '../../src/config/common.ts';
import type { ConnectionInput } from '../../src/config/connection.ts';
import { defineConfig, type SluiceConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { htmlForm } from '../../src/connectors/html-form/index.ts';
import type { IntegrationInput } from '../../src/config/use-case.ts';
import { jsonForm } from '../../src/connectors/json-form/index.ts';
import { resend, type ResendInput } from '../../src/connectors/resend/settings.ts';
import { twenty, type TwentyInput } from '../../src/connectors/twenty/settings.ts';
import type { Part } from '../../src/local/parts.ts';
import { type SandboxMail, startSandboxMail } from '../../src/sandbox/mail/index.ts';
import { type SandboxTools, type StandIn, startSandboxTools } from '../../src/sandbox/tools/index.ts';
import { type SandboxTwenty, type SandboxTwentyOptions, startSandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { composeDispatcher, composeGateway, composeWorker } from '../../src/worker/compose.ts';
import { webForms, type WebFormsInput } from '../../src/workflows/web-forms/index.ts';
import { createTestDatabase, testTemporal, testWorkflowBundle } from './servers.ts';

export interface StackOptions {
  readonly twenty?: SandboxTwentyOptions;
  /** What administrators made of the workspace's data model before it is prepared. */
  readonly model?: (twenty: SandboxTwenty) => Promise<void>;
  /** Twenty's budget as Sluice is told of it; `off` unless given, so that tests run at full speed. */
  readonly budget?: TwentyInput['budget'];
  /** Settings of the `contact-form` integration beside its source. */
  readonly form?: Partial<WebFormsInput & CommonInput>;
  readonly mailRatePerSecond?: number;
  /** Limits of the mail connection beside its rate. */
  readonly mailLimits?: ResendInput['limits'];
  /** Stand-ins of the tools that this stack talks to; their addresses and keys are in its environment. */
  readonly tools?: readonly StandIn[];
  /** Connections beside `twenty` and `mail`; a function is given the environment with the addresses of the stand-ins. */
  readonly connections?: Readonly<Record<string, ConnectionInput>> | ((env: NodeJS.ProcessEnv) => Readonly<Record<string, ConnectionInput>>);
  readonly env?: NodeJS.ProcessEnv;
  /** Integrations beside `contact-form`. */
  readonly integrations?: Readonly<Record<string, IntegrationInput>>;
  /** A file with other bundled workflows than the house's own. */
  readonly bundle?: string;
  /** Mail alerts to ops@acme.example. */
  readonly alerts?: boolean;
}

/** All of Sluice in this process, on a database and a task queue of its own, with sandboxes at the other end. */
export interface Stack {
  readonly config: SluiceConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly database: Database;
  readonly twenty: SandboxTwenty;
  readonly mail: SandboxMail;
  readonly tools: SandboxTools;
  readonly gatewayUrl: string;
  start(part: 'dispatcher' | 'worker'): Promise<Part>;
  /** Posts a form as JSON; answers the status and the event's id. */
  submit(form: Record<string, unknown>, integration?: string): Promise<{ status: number; eventId: string }>;
  /** Resolves when no delivery is pending or running; rejects after `withinMs`. */
  settled(withinMs?: number): Promise<void>;
  /** Resolves when the fact holds; rejects after `withinMs`. */
  until(fact: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the gateway, and the dispatcher and worker unless they are to be started later. */
export async function startStack(options: StackOptions = {}, parts: readonly ('dispatcher' | 'worker')[] = ['dispatcher', 'worker']): Promise<Stack> {
  const closing: (() => Promise<unknown>)[] = [];
  const [own, temporal, bundle] = await Promise.all([createTestDatabase(), testTemporal(), options.bundle ?? testWorkflowBundle()]);
  const twentyServer = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', ...options.twenty });
  const mailServer = await startSandboxMail({ ratePerSecond: options.mailRatePerSecond ?? 1000 });
  const tools = await startSandboxTools(options.tools ?? []);
  const env: NodeJS.ProcessEnv = {
    ...tools.env,
    DATABASE_URL: own.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    SLUICE_TASK_QUEUE: `test-${randomBytes(6).toString('hex')}`,
    TWENTY_API_KEY: twentyServer.apiKey,
    TWENTY_WEBHOOK_SECRET: 'the secret of the test workspace',
    RESEND_API_KEY: mailServer.apiKey,
    SLUICE_WORKFLOW_BUNDLE: bundle,
    PORT: '0',
    ...options.env,
  };
  const config = testConfig(twentyServer.url, mailServer.url, options, env);
  const database = openDatabase(own.url, { max: 3 });
  const gateway = await composeGateway(config, env, { trustLoopback: true });
  const start = async (part: 'dispatcher' | 'worker'): Promise<Part> => {
    const running = await (part === 'dispatcher' ? composeDispatcher : composeWorker)(config, env);
    let closed = false;
    const once: Part = { ...running, close: async () => { if (!closed) { closed = true; await running.close(); } } };
    closing.unshift(() => once.close());
    return once;
  };
  for (const part of parts) await start(part);
  return {
    config, env, database, twenty: twentyServer, mail: mailServer, tools, gatewayUrl: gateway.url!, start,
    async submit(form, integration = 'contact-form') {
      const response = await fetch(`${gateway.url!}/hooks/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(form) });
      const body = (await response.json()) as { eventId?: string; id?: string };
      return { status: response.status, eventId: body.eventId ?? body.id ?? '' };
    },
    async settled(withinMs = 60_000) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const { rows } = await database.pool.query<{ open: number }>(`select count(*) as open from deliveries where state in ('pending', 'running')`);
        if (rows[0]!.open === 0) return;
        if (Date.now() > deadline) throw new Error(`${String(rows[0]!.open)} deliveries are still open.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async until(fact, withinMs = 60_000) {
      for (const deadline = Date.now() + withinMs; !(await fact()); ) {
        if (Date.now() > deadline) throw new Error('It did not come true in time.');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async close() {
      for (const end of closing) await end();
      await gateway.close();
      await database.close();
      await Promise.all([twentyServer.close(), mailServer.close(), tools.close()]);
      await own.drop();
    },
  };
}

export function testConfig(twentyUrl: string, mailUrl: string, options: StackOptions = {}, env: NodeJS.ProcessEnv = {}): SluiceConfig {
  return defineConfig({
    workspace: {
      timeZone: 'Europe/Berlin',
      country: 'DE',
      catchUp: 'off',
      ...(options.alerts === true ? { alerts: { email: { to: 'ops@acme.example', from: 'Sluice <sluice@acme.example>' } } } : {}),
    },
    connections: {
      twenty: twenty({ url: twentyUrl, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: options.budget ?? 'off' }),
      mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: mailUrl, limits: { perSecond: options.mailRatePerSecond ?? 1000, ...options.mailLimits } }),
      ...(typeof options.connections === 'function' ? options.connections(env) : options.connections),
    },
    integrations: {
      'contact-form': webForms({
        source: [htmlForm({ unauthenticated: true }), jsonForm({ unauthenticated: true })],
        notify: { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' },
        ...options.form,
      }),
      ...options.integrations,
    },
  });
}
