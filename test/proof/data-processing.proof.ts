import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { startChild } from '../../src/local/child.ts';
import { until } from '../faults/rig/until.ts';
import { startStack } from '../harness/stack.ts';
import config from './data-processing.config.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const MB = 1024 * 1024;
const LARGE_MB = Number(process.env['PROOF_MEGABYTES'] ?? 50);
const SMALL_MB = 10;
/** What five times the rows may cost beside what a smaller file has cost already: room for the collector to be lazy, and far below the file. */
const BOUND_MB = 100;
/** Events in the history of a run. */
const HISTORY_BOUND = 1_000;
/** One row in so many is bad, one in so many is of our region and written: the stand-in for Twenty searches all of its people for every page. */
const BAD = 500;
const OURS = 5;

test(`a CSV of ${String(LARGE_MB)} MB goes through a worker whose memory does not grow with it, and no history grows with it either`, { timeout: 1_800_000 }, async () => {
  const stack = await startStack({ integrations: { contacts: { useCase: config.integrations['contacts']!.useCase, settings: rawSettings() } } }, ['dispatcher']);
  closing.push(() => stack.close());
  const { database, twenty, env, mail } = stack;
  const folder = mkdtempSync(path.join(tmpdir(), `sluice-test-${String(process.pid)}-`));
  const logFile = path.join(folder, 'worker.log');
  const worker = await startChild({
    command: [process.execPath, path.join(import.meta.dirname, '../../src/cli/main.ts'), 'worker'], stopSignal: 'TERM', graceMs: 1_000, logFile, cwd: folder,
    env: { ...env, PATH: process.env['PATH'], SLUICE_CONFIG: path.join(import.meta.dirname, 'data-processing.config.ts'), TWENTY_API_URL: twenty.url, RESEND_BASE_URL: mail.url },
  });
  closing.unshift(async () => {
    await worker.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await until('the worker to be up', () => readFileSync(logFile, 'utf8').includes(' is running'));

  const small = await send(stack.gatewayUrl, 'small', SMALL_MB);
  await stack.settled(600_000);
  const afterSmall = peakMb(worker.pid);
  const startedAt = Date.now();
  const large = await send(stack.gatewayUrl, 'large', LARGE_MB);
  const acceptedMs = Date.now() - startedAt;
  await stack.settled(1_700_000);
  const seconds = (Date.now() - startedAt) / 1000;
  const peak = peakMb(worker.pid);

  const { rows } = await database.pool.query<{ code: string; reason: string; calls: number; set: string }>(`select d.code, d.reason, s.calls, s.id as set from deliveries d join sets s on s.id = d.set_id order by d.seq`);
  const histories = await historyLengths(env, rows[1]!.set);
  console.log([
    `${(large.bytes / MB).toFixed(1)} MB, ${String(large.rows)} rows, accepted in ${(acceptedMs / 1000).toFixed(1)} s, done in ${seconds.toFixed(0)} s (${(large.rows / seconds).toFixed(0)} rows a second)`,
    `peak of the worker's resident memory ${peak.toFixed(0)} MB, ${afterSmall.toFixed(0)} MB after ${String(SMALL_MB)} MB`,
    `${(rows[1]!.calls / large.ours).toFixed(4)} calls to Twenty a row written`,
    `${String(histories.length)} runs, the longest history ${String(Math.max(...histories))} events`,
    rows[1]!.reason,
  ].join('\n'));
  expect(rows.map(({ code }) => code)).toEqual(['rows_rejected', 'rows_rejected']);
  expect(twenty.records('people').length).toBe(small.ours + large.ours);
  expect(rows[1]!.calls / large.ours).toBeLessThanOrEqual(0.02);
  expect(Math.max(...histories)).toBeLessThan(HISTORY_BOUND);
  expect(peak - afterSmall).toBeLessThan(BOUND_MB);
});

/** The integration as the worker has it; settings are validated anew with this stack's own connections. */
function rawSettings(): unknown {
  const { schema, rules, write } = config.integrations['contacts']!.settings as { readonly schema: unknown; readonly rules: unknown; readonly write: { readonly object: string } };
  return { receive: { unauthenticated: true, maxMegabytes: 64 }, schema, rules, write: { object: write.object, fields: { lastName: 'last', email: 'email', jobTitle: 'title' } } };
}

async function send(url: string, name: string, megabytes: number): Promise<{ readonly rows: number; readonly ours: number; readonly bytes: number }> {
  const lines = ['last,email,title,region,note'];
  let bytes = 0;
  let rows = 0;
  let ours = 0;
  for (; bytes < megabytes * MB; rows += 1) {
    const isBad = rows % BAD === BAD - 1;
    const isOurs = rows % OURS === 0;
    if (isOurs && !isBad) ours += 1;
    const line = `Lastname${String(rows)},${isBad ? 'no address' : `p${String(rows)}@${name}.example`},Title ${String(rows % 50)},${isOurs ? 'north' : 'south'},"A note of some length, with a comma, a ""quote"" and\na line break. ${'Lorem ipsum dolor sit amet, consectetur. '.repeat(9)}"`;
    bytes += line.length + 1;
    lines.push(line);
  }
  const answer = await fetch(`${url}/hooks/contacts`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: lines.join('\n') });
  if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
  return { rows, ours, bytes };
}

/** Of all the runs that have followed each other under one id. */
async function historyLengths(env: NodeJS.ProcessEnv, workflowId: string): Promise<readonly number[]> {
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: env['TEMPORAL_NAMESPACE']! });
  const lengths: number[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) lengths.push(run.historyLength ?? 0);
  await connection.close();
  return lengths;
}

/** The most memory that a process has had resident, in MB. */
function peakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;
}
