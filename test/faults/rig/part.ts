import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export type PartName = 'gateway' | 'dispatcher' | 'worker';

/** A process that is killed and started again while everything else goes on. */
export interface Victim {
  readonly name: string;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data and address; resolves when it is up. */
  start(): Promise<void>;
}

export interface PartProcess extends Victim {
  /** SIGSTOP: it stands still, its connections stay. */
  freeze(): void;
  thaw(): void;
  /** Exit code or signal of a process that ended without being told; undefined while it runs or when it was killed here. */
  readonly lost: () => string | undefined;
  readonly log: () => string;
}

export interface PartOptions {
  readonly name: PartName;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** A mistake to plant into the source, by its name in `planted-bugs.ts`. */
  readonly plant?: string;
  /** Tells two of a kind apart. */
  readonly label?: string;
}

const root = path.join(import.meta.dirname, '../../..');

/** `sluice gateway | dispatcher | worker` as a process of its own. */
export function partProcess({ name, env, folder, plant, label = name }: PartOptions): PartProcess {
  const logFile = path.join(folder, `${label}.log`);
  let child: ChildProcess | undefined;
  let lost: string | undefined;
  const log = (): string => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-30).join('\n');

  return {
    name: label,
    log,
    lost: () => lost,
    async start() {
      const imports = plant === undefined ? [] : ['--import', path.join(import.meta.dirname, 'plant.ts')];
      const errors = openSync(logFile, 'a');
      const started = spawn(process.execPath, [...imports, path.join(root, 'src/cli/main.ts'), name], {
        cwd: folder, env: { ...env, FAULT_PLANT: plant }, stdio: ['ignore', 'pipe', errors],
      });
      child = started;
      started.once('exit', (code, signal) => {
        if (child === started) lost = `${label} ended by itself (${String(code ?? signal)})`;
      });
      const lines = createInterface({ input: started.stdout! });
      const up = new Promise<true>((resolve) => lines.on('line', (line) => line.includes(' is running') && resolve(true)));
      const isUp = await Promise.race([up, once(started, 'exit').then(() => false)]);
      if (!isUp && child === started) throw new Error(`${label} ended before it was up:\n${log()}`);
    },
    async kill() {
      const killed = child;
      child = undefined;
      if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return;
      const gone = once(killed, 'exit');
      killed.kill('SIGKILL');
      await gone;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  };
}
