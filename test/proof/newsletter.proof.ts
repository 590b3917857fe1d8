import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { startChild } from '../../src/local/child.ts';
import { LIST, mailing, startNewsletters } from '../newsletter/rig.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const PEOPLE = Number(process.env['PROOF_PEOPLE'] ?? 50_000);

test('50,000 readers: every one on the list once, memory and history bounded, 0.01 calls to Twenty each at most', { timeout: 1_800_000 }, async () => {
  const stack = await startNewsletters({ news: { group: '49377', mailing: { ...mailing, send: true } } }, {}, []);
  closing.push(() => stack.close());
  stack.view();
  for (let n = 0; n < PEOPLE; n += 1) stack.reader(`p${String(n)}`);
  const { pid } = await startWorker({
    ...stack.env, PATH: process.env['PATH'], SLUICE_CONFIG: path.join(import.meta.dirname, '../faults/newsletters.config.ts'), TWENTY_API_URL: stack.twenty.url, RESEND_BASE_URL: stack.mail.url,
  });
  const idleMb = peakMb(pid);
  await stack.start('dispatcher');
  const startedAtMs = Date.now();
  await stack.run('news');
  await stack.settled(1_700_000);
  const seconds = (Date.now() - startedAtMs) / 1000;

  const { rows: [end] } = await stack.database.pool.query<{ code: string; reason: string; set_id: string }>(`select code, reason, set_id from deliveries where integration = 'news'`);
  const { runs, longest } = await historiesOf(stack.env, end!.set_id);
  const calls = stack.twenty.ledger.recordCalls().length;
  console.log(`${String(PEOPLE)} readers in ${seconds.toFixed(0)} s; ${String(calls)} calls to Twenty, ${String(stack.tools.changesOf('mailchimp').length)} requests to Mailchimp; worker at most ${String(peakMb(pid))} MB, idle ${String(idleMb)} MB; ${String(runs)} runs, the longest of ${String(longest)} events`);
  expect(end).toMatchObject({ code: 'sent', reason: expect.stringContaining(`${PEOPLE.toLocaleString('en-US')} of ${PEOPLE.toLocaleString('en-US')} people are on the list.`) as string });
  expect(stack.mailchimp.audiences.membersOf(LIST)).toHaveLength(PEOPLE);
  expect(calls / PEOPLE).toBeLessThanOrEqual(0.01);
  expect(longest).toBeLessThan(200);
  // Fewer people fit into one run.
  if (PEOPLE >= 50_000) expect(runs).toBeGreaterThan(1);
  expect(peakMb(pid) - idleMb).toBeLessThan(200);
});

async function startWorker(env: NodeJS.ProcessEnv): Promise<{ readonly pid: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), `sluice-test-${String(process.pid)}-`));
  const logFile = path.join(folder, 'worker.log');
  const worker = await startChild({ command: [process.execPath, path.join(import.meta.dirname, '../../src/cli/main.ts'), 'worker'], stopSignal: 'TERM', graceMs: 5_000, logFile, cwd: folder, env });
  // Before the servers it works with.
  closing.unshift(async () => {
    process.kill(worker.pid, 'SIGKILL');
    await worker.exited;
    rmSync(folder, { recursive: true, force: true });
  });
  for (let waited = 0; !(existsSync(logFile) && readFileSync(logFile, 'utf8').includes(' is running')); waited += 100) {
    if (waited > 120_000) throw new Error(`The worker is not up: ${readFileSync(logFile, 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { pid: worker.pid };
}

/** The most memory that a process has held so far. */
function peakMb(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? '0') / 1024);
}

/** How many runs a workflow made by continuing as new, and how many events the longest of them has. */
async function historiesOf(env: NodeJS.ProcessEnv, workflowId: string): Promise<{ readonly runs: number; readonly longest: number }> {
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: env['TEMPORAL_NAMESPACE']! });
  let [runs, longest, runId] = [0, 0, undefined as string | undefined];
  for (;;) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs += 1;
    longest = Math.max(longest, events?.length ?? 0);
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (before === undefined || before === null || before === '') break;
    runId = before;
  }
  await connection.close();
  return { runs, longest };
}
