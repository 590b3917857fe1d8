import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HomeInUse, openHome } from './home.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'sluice-home-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a second start on the same data is told who has it and where', async () => {
  const first = await startHolder();

  const second = (): unknown => openHome(folder);

  expect(second).toThrow(HomeInUse);
  expect(second).toThrow(`process ${first.pid}.\n  gateway      http://127.0.0.1:8787\n`);
  await first.end();
});

test('the lock of a killed process is taken over', async () => {
  const first = await startHolder();
  await first.end();

  openHome(folder).release();

  expect(readdirSync(folder).filter((name) => name.startsWith('lock'))).toEqual([]);
});

test('a home that was released is free', () => {
  openHome(folder).release();

  const again = openHome(folder);

  expect(again.folder).toBe(folder);
  again.release();
});

/** Another process that holds the home until it is killed. */
async function startHolder(): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const script = `
    import { openHome } from ${JSON.stringify(path.join(import.meta.dirname, 'home.ts'))};
    openHome(${JSON.stringify(folder)}).remember({ gateway: 'http://127.0.0.1:8787' });
    console.log('held');
    process.stdin.resume();
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  const exited = once(child, 'exit');
  return {
    pid: child.pid as number,
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
