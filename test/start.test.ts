import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../src/local/processes.ts';
import { runCli, startCli } from './harness/cli.ts';
import type { CliService, CliSurroundings } from './harness/cli.ts';
import { testTemporal } from './harness/servers.ts';

const timeout = 240_000;

let home: string;
let surroundings: CliSurroundings;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-start-'));
  chmodSync(home, 0o755); // as root, PostgreSQL runs as another user
  surroundings = { cwd: home, env: { SLUICE_HOME: home, SLUICE_SAMPLES_WAIT_SECONDS: '120' } };
  await testTemporal(); // installs the Temporal program where it is missing
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('one command takes the samples to Twenty, refuses a second start and stops without a trace', { timeout }, async () => {
  const first = await startSluice();
  const servers = serverPids();
  const second = await runCli(surroundings, 'start');
  const exitCode = await first.stop('SIGTERM');

  const ends = [...first.output.matchAll(/^(\S+) < \S+ => (\w+)/gm)].map(([, integration, state]) => `${integration!} ${state!}`);
  expect([...new Set(ends)].toSorted()).toEqual([
    'contact-form succeeded', 'contacts succeeded', 'enrich-people succeeded', 'hubspot-contacts succeeded', 'invoices succeeded', 'lead-score succeeded', 'meetings skipped', 'meetings succeeded',
    'newsletter succeeded', 'outreach succeeded', 'product-usage succeeded',
  ]);
  for (const deed of DEEDS) expect(first.output).toContain(deed);
  expect(second).toMatchObject({ exitCode: 1, stdout: '' });
  expect(second.stderr).toContain(`as process ${first.pid}.\n  Gateway      http://127.0.0.1:`);
  expect(exitCode).toBe(0);
  expect(servers.map(isAlive)).toEqual([false, false]);
});

test('servers do not outlive a start that is killed, and the next start goes on with their data', { timeout }, async () => {
  surroundings = { ...surroundings, env: { ...surroundings.env, SLUICE_SAMPLES_WAIT_SECONDS: '1' } };
  const first = await startSluice();
  const servers = serverPids();
  await first.stop('SIGKILL');

  const second = await startSluice();
  const events = await runCli(surroundings, 'events', '--json');
  const trial = await runCli(surroundings, 'try', 'contact-form', '--sample', 'colleague', '--json');
  await second.stop('SIGINT');

  expect(servers.map(isAlive)).toEqual([false, false]);
  expect(second.output).not.toContain('=>');
  expect((JSON.parse(events.stdout) as { source: string }[]).filter(({ source }) => source === 'hook:contact-form')).toHaveLength(6);
  expect(trial.exitCode).toBe(0);
  expect(JSON.parse(trial.stdout)[0].event.deliveries[0]).toMatchObject({ state: 'skipped', code: 'dry_run' });
});

/** One for each use case: what its sample did. */
const DEEDS = [
  'create person Clara Lindqvist', 'create person Mara Lindqvist', 'write what People Data Labs knows', 'finalise the invoice for Bright Harbor', 'write the lead score',
  'create note “Demo for Bright Harbor”', 'create campaign “Spring news”', 'enrol Dana Okafor in “cam_SampleCampaign1”',
  'make a record in contacts', 'add to the follow-up task of “cam_SampleCampaign1”: replied', 'write activeUsers 42 on Bright Harbor',
];

function startSluice(): Promise<CliService> {
  return startCli(surroundings, 'Ctrl-C stops it', 'start');
}

function serverPids(): readonly number[] {
  const postgres = readFileSync(path.join(home, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0];
  const temporal = JSON.parse(readFileSync(path.join(home, 'temporal/last.json'), 'utf8')) as { readonly pid: number };
  return [Number(postgres), temporal.pid];
}
