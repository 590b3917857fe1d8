import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** `npm test`: each check counts as one test, then all of vitest's. Arguments narrow down vitest's part. */
const root = path.join(import.meta.dirname, '..');
const checks = [
  { name: 'type check', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'boundaries', command: ['depcruise', 'src', 'test', 'bench', '--config', '.dependency-cruiser.cjs'] },
  { name: 'dead code', command: ['knip'] },
] as const;

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const running = new Set<ReturnType<typeof spawn>>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => running.forEach((child) => child.kill(signal)));
}

const counts = [...(await runChecks()), await runTests(process.argv.slice(2))];
const sum = (pick: (count: Count) => number): number => counts.reduce((total, count) => total + pick(count), 0);
const [passed, failed, skipped] = [sum((count) => count.passed), sum((count) => count.failed), sum((count) => count.skipped)];
if (skipped > 0) console.log(`\n${skipped} skipped (recordings, and what needs docker compose where it is not there)`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Two at a time, on the two cores they can count on; a check says what it found only when it fails. */
async function runChecks(): Promise<readonly Count[]> {
  const waiting = [...checks];
  const counts: Count[] = [];
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = Date.now();
      const { code, output } = await run(check.command, 'collected');
      const isGood = code === 0;
      if (!isGood) console.log(output.trimEnd());
      console.log(`${isGood ? 'passed' : 'FAILED'}: ${check.name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
      counts.push({ passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 });
    }
  };
  await Promise.all([lane(), lane()]);
  return counts;
}

async function runTests(args: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-report-'));
  const file = path.join(folder, 'report.json');
  try {
    const { code } = await run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], 'shown');
    return countOf(JSON.parse(readFileSync(file, 'utf8')) as VitestReport, code);
  } catch (error) {
    console.log(`The tests left no report: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that does not load has no tests to fail, and an error outside of tests only an exit code: both count. */
function countOf(report: VitestReport, code: number): Count {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function run(command: readonly [string, ...string[]], show: 'shown' | 'collected'): Promise<{ code: number; output: string }> {
  const [program, ...args] = command;
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bin, program), args, { cwd: root, env, stdio: ['ignore', show === 'shown' ? 'inherit' : 'pipe', show === 'shown' ? 'inherit' : 'pipe'] });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}
