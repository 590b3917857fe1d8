import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { isAlive } from '../../src/local/processes.ts';
import { startBroker } from './broker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the process that owns the PostgreSQL and the Temporal server of this run. */
    readonly harnessUrl: string;
  }
}

const prefix = 'sluice-test-';

/** Servers end with the run even when it is killed: their guards hold a pipe to this process. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepKilledRuns();
  const folder = mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
  chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user
  const broker = await startBroker(folder);
  project.provide('harnessUrl', broker.url);
  return async () => {
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  };
}

function sweepKilledRuns(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const owner = Number(name.slice(prefix.length).split('-')[0]);
    if (!isAlive(owner)) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}
