import { afterEach, expect, test } from 'vitest';
import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import type { IntegrationInput } from '../../src/config/use-case.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { isProbeId } from '../../src/domain/probe.ts';
import { prepareWorkspaces } from '../../src/local/prepare.ts';
import { type SandboxTwentyOptions, startSandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startProbe } from '../../src/store/setup.ts';
import { composeGateway } from '../../src/worker/compose.ts';
import { openSetup } from '../../src/worker/setup.ts';
import { planText } from '../../src/worker/setup-steps.ts';
import { createTestDatabase } from '../harness/servers.ts';
import { leadScore, listening } from './listening.fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Short times; what they stand for is in `proofTiming`. */
const timing = { activationMs: 300, everyMs: 100, waitMs: 600, pollMs: 20 };

/** A gateway on a database of its own, a workspace, and a setup between them. */
async function start(options: { readonly integrations?: Readonly<Record<string, IntegrationInput>>; readonly sandbox?: SandboxTwentyOptions; readonly publicUrl?: string } = {}) {
  const own = await createTestDatabase();
  closing.push(() => own.drop());
  const sandbox = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', ...options.sandbox });
  closing.push(() => sandbox.close());
  const env: NodeJS.ProcessEnv = { DATABASE_URL: own.url, TWENTY_API_KEY: sandbox.apiKey, TWENTY_WEBHOOK_SECRET: 'a long secret', PORT: '0' };
  const config = defineConfig({
    connections: { twenty: twenty({ url: sandbox.url, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: 'off' }) },
    integrations: options.integrations ?? { scoring: listening() },
  });
  const gateway = await composeGateway(config, env, { trustLoopback: true });
  closing.push(() => gateway.close());
  const database = openDatabase(own.url, { max: 3 });
  closing.push(() => database.close());
  const setup = openSetup({ config, env, database, publicUrl: options.publicUrl ?? gateway.url!, timing });
  closing.push(() => setup.close());
  const rest = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' };
    return (await (await fetch(sandbox.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })).json()) as T;
  };
  const plan = async () => (await setup.plan())[0]!;
  return {
    sandbox, database, config, env, plan, rest, gatewayUrl: gateway.url!,
    steps: async () => (await plan()).steps.map(planText),
    apply: async () => setup.apply(await plan(), () => undefined),
    webhooks: () => rest<Webhook[]>('GET', '/rest/webhooks'),
    workspaces: async () => ((await (await fetch(`${gateway.url!}/api/workspaces`)).json()) as { workspaces: unknown[] }).workspaces,
    stored: async () => (await database.pool.query<{ count: number }>('select count(*)::int as count from events')).rows[0]!.count,
  };
}

interface Webhook {
  readonly id: string;
  readonly targetUrl: string;
  readonly operations: readonly string[];
  readonly secret: string;
  readonly description: string | null;
}

test('a fresh workspace gets what is missing and a webhook that is proven, and a second setup finds nothing to do', async () => {
  const { sandbox, steps, apply, plan, webhooks, workspaces, stored, gatewayUrl } = await start({ sandbox: { webhookActivationMs: 200 } });
  const targetUrl = `${gatewayUrl}/twenty/main`;

  const planned = await steps();
  const { done } = await apply();
  await sandbox.settled();
  const second = await plan();

  expect(planned).toEqual([
    'create the field leadScore on person (NUMBER), for scoring',
    `register the webhook to ${targetUrl} for person.created, person.updated`,
    'try whether events arrive: a person named “Sluice probe” is written and removed at once',
  ]);
  expect(done).toEqual(['created the field leadScore on person (NUMBER)', `registered the webhook to ${targetUrl}`, 'a probe came back: webhooks arrive']);
  expect(second).toMatchObject({ steps: [], problems: [], notices: [], feed: { state: 'arriving' } });
  expect(await webhooks()).toMatchObject([{ targetUrl, operations: ['person.created', 'person.updated'], secret: 'a long secret' }]);
  expect(await workspaces()).toMatchObject([{ workspace: 'main', via: 'webhook', state: 'arriving', targetUrl }]);
  expect([sandbox.records('people'), await stored()]).toEqual([[], 0]);
  const written = sandbox.ledger.written('created');
  expect(written.length > 0 && written.every(isProbeId)).toBe(true);
  expect(sandbox.ledger.written('destroyed')).toEqual(written);
});

test('what was changed in Twenty is repaired, what was deleted comes back, and other webhooks stay', async () => {
  const { apply, rest, webhooks, gatewayUrl } = await start();
  await apply();
  const [ours] = await webhooks();
  const foreign = await rest<Webhook>('POST', '/rest/webhooks', { targetUrl: 'https://other.example.com/hook', operations: ['*.*'] });
  await rest('POST', '/rest/webhooks', { targetUrl: ours!.targetUrl, operations: ['*.*'], description: ours!.description });
  await rest('PATCH', `/rest/webhooks/${ours!.id}`, { targetUrl: 'https://gone.example.com', operations: ['*.*'], secret: 'changed' });

  const repaired = await apply();
  const afterRepair = await webhooks();
  await rest('DELETE', `/rest/webhooks/${ours!.id}`);
  const recreated = await apply();

  const right = { targetUrl: `${gatewayUrl}/twenty/main`, operations: ['person.created', 'person.updated'], secret: 'a long secret' };
  expect(repaired.done).toEqual([
    `repaired the webhook to ${right.targetUrl} (address, operations, secret)`, `removed a second webhook of ours to ${right.targetUrl}`, 'a probe came back: webhooks arrive',
  ]);
  expect(afterRepair).toHaveLength(2);
  expect(afterRepair).toContainEqual(foreign);
  expect(afterRepair.find(({ id }) => id === ours!.id)).toMatchObject(right);
  expect(recreated.done[0]).toBe(`registered the webhook to ${right.targetUrl}`);
  expect((await webhooks()).find(({ id }) => id !== foreign.id)).toMatchObject(right);
});

test('a field that does not fit is said in words, and nothing at all is changed', async () => {
  const misfit = listening({ needs: { fields: [leadScore, { object: 'person', name: 'jobTitle', type: 'NUMBER', label: 'Job' }] } });
  const { sandbox, plan, apply, webhooks } = await start({ integrations: { scoring: misfit } });

  const { problems } = await plan();
  await expect(apply()).rejects.toThrow('Nothing was changed');

  expect(problems).toEqual([{ at: 'person.jobTitle', message: expect.stringContaining('The field is there as TEXT, and scoring needs NUMBER.') }]);
  expect(await webhooks()).toEqual([]);
  expect(sandbox.ledger.since(0).filter(({ operation }) => !operation.startsWith('GET'))).toEqual([]);
});

test('a webhook without a secret is a problem before anything is done', async () => {
  const { sandbox, database, gatewayUrl } = await start();
  const config = defineConfig({ connections: { twenty: twenty({ url: sandbox.url, apiKey: secret('TWENTY_API_KEY') }) }, integrations: { scoring: listening() } });
  const setup = openSetup({ config, env: { TWENTY_API_KEY: sandbox.apiKey }, database, publicUrl: gatewayUrl, timing });
  closing.push(() => setup.close());
  expect((await setup.plan())[0]?.problems).toEqual([{ at: 'connections.twenty.webhookSecret', message: expect.stringContaining('set TWENTY_WEBHOOK_SECRET to a long random text') }]);
});

test('npm start prepares the sandbox in one line, and of a real workspace only says what it lacks', async () => {
  const { sandbox, database, gatewayUrl, config, env, webhooks } = await start();
  const lines: string[] = [];
  const prepare = (isSandbox: boolean) => prepareWorkspaces({ config, env: { ...env, DATABASE_URL: database.url }, gatewayUrl, isSandbox, say: (line) => lines.push(line) });

  await prepare(false);
  const untouched = await webhooks();
  await prepare(true);
  await prepare(true);

  expect(untouched).toEqual([]);
  expect(lines).toEqual([
    expect.stringMatching(/^The workspace main lacks what the integrations need; sluice setup does it: create the field leadScore on person \(NUMBER\), for scoring; register/),
    expect.stringMatching(/^Prepared the sandbox: created the field leadScore on person \(NUMBER\); registered the webhook to \S+; a probe came back: webhooks arrive\.$/),
  ]);
  expect(sandbox.records('people')).toEqual([]);
});

test('a setup that stops on its way says what was made, and the next one goes on', async () => {
  const two = listening({ needs: { fields: [leadScore, { object: 'person', name: 'type', type: 'TEXT', label: 'Type' }] } });
  const { plan, apply } = await start({ integrations: { scoring: two } });

  const failure = await apply().catch((error: unknown) => error);

  expect(failure).toMatchObject({ done: ['created the field leadScore on person (NUMBER)'] });
  expect(String(failure)).toMatch(/This name is reserved[^]*Done so far: created the field leadScore[^]*Run sluice setup again/);
  expect((await plan()).steps.map(({ kind }) => kind)).toEqual(['create-field', 'register-webhook', 'prove']);
});

test('when no probe comes back it says why, the workspace is on catch-up only, and the first webhook clears it', async () => {
  const { sandbox, apply, plan, workspaces, webhooks, gatewayUrl, database } = await start({ sandbox: { webhookSafeMode: true } });

  const { feed } = await apply();

  expect(feed).toMatchObject({ state: 'silent', targetUrl: `${gatewayUrl}/twenty/main` });
  expect(feed?.reason).toMatch(/no event came to http:\/\/127\.0\.0\.1:\d+\/twenty\/main within 1 s.*OUTBOUND_HTTP_SAFE_MODE_ENABLED/);
  expect(await workspaces()).toMatchObject([{ via: 'catch-up', state: 'silent', reason: feed?.reason }]);
  expect(sandbox.records('people')).toEqual([]);
  expect((await plan()).steps.map(({ kind }) => kind)).toEqual(['prove']);

  // Another sandbox without the safe mode posts the same webhook.
  const other = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off' });
  closing.push(() => other.close());
  const [{ targetUrl, operations, secret: key }] = (await webhooks()) as [Webhook];
  await fetch(`${other.url}/rest/webhooks`, { method: 'POST', headers: { authorization: `Bearer ${other.apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ targetUrl, operations, secret: key }) });
  other.asUser.create('people', { jobTitle: 'CEO' });
  await other.settled();
  for (;;) {
    const { rows } = await database.pool.query('select 1 from workspace_feeds where heard_at is not null');
    if (rows.length > 0) break;
  }
  expect(await workspaces()).toMatchObject([{ via: 'webhook', state: 'arriving' }]);
});

test('a gateway that nobody answers for is named in the reason', async () => {
  const { apply } = await start({ publicUrl: 'http://127.0.0.1:9' });
  const { feed } = await apply();
  expect(feed?.reason).toContain('From here, the gateway at http://127.0.0.1:9 does not answer');
});

test('a probe that a crash left behind is removed by the next setup, and its events reach nobody', async () => {
  const { sandbox, apply, database, stored } = await start();
  await apply();
  const id = '51ce0b0e-0000-4000-8000-000000000001';
  await startProbe(database, { id, workspace: 'main', connection: 'twenty', object: 'person', action: 'created' });
  sandbox.asUser.create('people', { id, name: { firstName: 'Sluice', lastName: 'probe' } });

  const { done } = await apply();
  const again = await apply();
  await sandbox.settled();

  expect([done, again.done]).toEqual([['removed the probe that an earlier setup left'], []]);
  expect([sandbox.records('people'), await stored()]).toEqual([[], 0]);
});

test('a record whose id only looks like a probe is an event like any other', async () => {
  const { sandbox, apply, stored } = await start();
  await apply();
  sandbox.asUser.create('people', { id: '51ce0b0e-0000-4000-8000-000000000002', jobTitle: 'CEO' });
  await sandbox.settled();
  expect(await stored()).toBe(1);
});

test.each([
  ['note', 'updated', 'notes'],
  ['company', 'deleted', 'companies'],
  ['opportunity', 'restored', 'opportunities'],
  ['task', 'destroyed', 'tasks'],
] as const)('a webhook for %s.%s alone is proven too', async (object, action, plural) => {
  const { sandbox, apply, workspaces } = await start({ integrations: { scoring: listening({ needs: {}, interests: [{ object, actions: [action] }] }) } });
  await apply();
  expect(await workspaces()).toMatchObject([{ state: 'arriving', operations: [`${object}.${action}`] }]);
  expect(sandbox.records(plural)).toEqual([]);
});

test('when nobody listens any more, the webhook goes', async () => {
  const { apply, database, webhooks, sandbox } = await start();
  await apply();
  const config = defineConfig({
    connections: { twenty: twenty({ url: sandbox.url, apiKey: secret('TWENTY_API_KEY'), budget: 'off' }) },
    integrations: { scoring: listening({ interests: [] }) },
  });
  const setup = openSetup({ config, env: { TWENTY_API_KEY: sandbox.apiKey }, database, publicUrl: 'http://127.0.0.1:1', timing });
  closing.push(() => setup.close());

  const { done } = await setup.apply((await setup.plan())[0]!, () => undefined);

  expect(done).toHaveLength(1);
  expect(await webhooks()).toEqual([]);
  expect((await setup.plan())[0]).toMatchObject({ steps: [], feed: undefined });
});
