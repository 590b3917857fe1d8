import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SandboxTwenty, startSandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { type CliService, type CliSurroundings, runCli, startCli } from '../harness/cli.ts';
import { createTestDatabase, type TestDatabase } from '../harness/servers.ts';

const root = path.join(import.meta.dirname, '../..');
const timeout = 240_000;

let folder: string;
let database: TestDatabase;
let sandbox: SandboxTwenty;
let gateway: CliService;
let surroundings: CliSurroundings;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-setup-'));
  database = await createTestDatabase();
  sandbox = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off' });
  const config = path.join(folder, 'sluice.config.ts');
  writeFileSync(config, `
    import { defineConfig } from '${root}/src/config/define-config.ts';
    import { secret } from '${root}/src/config/secret.ts';
    import { twenty } from '${root}/src/connectors/twenty/settings.ts';
    import { listening } from '${root}/test/setup/listening.fixture.ts';
    export default defineConfig({
      connections: { twenty: twenty({ url: '${sandbox.url}', apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET') }) },
      integrations: { scoring: listening() },
    });
  `);
  const env = { DATABASE_URL: database.url, SLUICE_CONFIG: config, TWENTY_API_KEY: sandbox.apiKey, TWENTY_WEBHOOK_SECRET: 'never to be printed' };
  gateway = await startCli({ cwd: folder, env }, 'The gateway is running', 'gateway');
  surroundings = { cwd: folder, env: { ...env, SLUICE_PUBLIC_URL: /http:\/\/[^\s]+\d/.exec(gateway.output)![0] } };
});
afterEach(async () => {
  await gateway.stop('SIGTERM');
  await sandbox.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('the plan is shown first, nothing is done without a yes, and the second run has nothing to do', { timeout }, async () => {
  const asked = await runCli(surroundings, 'setup');
  const before = sandbox.ledger.since(0).filter(({ operation }) => !operation.startsWith('GET'));
  const agreed = await runCli(surroundings, 'setup', '--yes');
  const again = await runCli(surroundings, 'setup', '--yes');

  expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
  expect(asked.stdout).toContain('  to do: create the field leadScore on person (NUMBER), for scoring\n');
  expect(asked.stdout).toContain('Nothing was changed. With --yes it is done without asking.');
  expect(before).toEqual([]);
  expect(agreed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(agreed.stdout).toMatch(/ {2}created the field leadScore[^]*registered the webhook[^]*a probe came back: webhooks arrive\nDone\.\n$/);
  expect(again.stdout).toBe(`Workspace main\n  Nothing to do: it has all that the integrations need.\n  Webhooks arrive at ${surroundings.env['SLUICE_PUBLIC_URL']}/twenty/main.\n`);
  expect([asked, agreed, again].map(({ stdout }) => stdout).join()).not.toContain('never to be printed');
});

test('as JSON it tells the plan, and with a yes what was done, without any secret', { timeout }, async () => {
  const planned = await runCli(surroundings, 'setup', '--json');
  const done = await runCli(surroundings, 'setup', '--json', '--yes', '--workspace', 'main');

  const kinds = ['create-field', 'register-webhook', 'prove'];
  expect(JSON.parse(planned.stdout)).toMatchObject({ plans: [{ workspace: 'main', problems: [], steps: kinds.map((kind) => ({ kind })) }], results: [] });
  expect(JSON.parse(done.stdout)).toMatchObject({ results: [{ workspace: 'main', feed: { state: 'arriving' } }] });
  expect(planned.stdout + done.stdout + done.stderr).not.toContain('never to be printed');
});

test('a workspace nobody configured, and a key that Twenty refuses, are told in words', { timeout }, async () => {
  const unknown = await runCli(surroundings, 'setup', '--workspace', 'other');
  const refused = await runCli({ ...surroundings, env: { ...surroundings.env, TWENTY_API_KEY: 'wrong' } }, 'setup');

  expect(unknown).toEqual({ exitCode: 1, stdout: '', stderr: 'There is no workspace other. The configuration has: main.\n' });
  expect(refused).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^twenty: .*token.*\n$/i) as unknown });
});
