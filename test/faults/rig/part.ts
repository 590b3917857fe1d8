import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Child, startChild } from '../../../src/local/child.ts';
import type { PlantedBugName } from './planted-bugs.ts';
import { until } from './until.ts';

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
  /** Undefined while it is dead. */
  readonly pid: number | undefined;
  /** True when it ended without being told. */
  readonly isLost: boolean;
  /** The last lines it wrote. */
  readonly log: string;
}

export interface PartOptions {
  readonly name: PartName;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** A mistake to plant into the source. */
  readonly plant?: PlantedBugName;
  /** Tells two of a kind apart. */
  readonly label: string;
}

const root = path.join(import.meta.dirname, '../../..');

/** `sluice gateway | dispatcher | worker` as a process of its own. It ends when this process does. */
export function partProcess({ name, env, folder, plant, label }: PartOptions): PartProcess {
  const plants = plant === undefined ? [] : ['--import', path.join(import.meta.dirname, 'plant.ts')];
  let child: Child | undefined;
  let isLost = false;
  let starts = 0;
  const logFile = (): string => path.join(folder, `${label}-${String(starts)}.log`);
  const output = (): string => (existsSync(logFile()) ? readFileSync(logFile(), 'utf8') : '');
  const signal = (which: NodeJS.Signals) => (): void => void (child !== undefined && process.kill(child.pid, which));

  return {
    name: label,
    freeze: signal('SIGSTOP'),
    thaw: signal('SIGCONT'),
    get pid() {
      return child?.pid;
    },
    get isLost() {
      return isLost;
    },
    get log() {
      return output().trimEnd().split('\n').slice(-15).map((line) => line.slice(0, 300)).join('\n');
    },
    async start() {
      starts += 1;
      const started = await startChild({
        command: [process.execPath, ...plants, path.join(root, 'src/cli/main.ts'), name],
        stopSignal: 'TERM', graceMs: 1_000, logFile: logFile(), cwd: folder, env: { ...env, FAULT_PLANT: plant },
      });
      child = started;
      void started.exited.then(() => void (isLost ||= child === started));
      await until(`${label} to be up`, () => isLost || output().includes(' is running'));
      if (isLost) throw new Error(`${label} ended at its start:\n${output()}`);
    },
    async kill() {
      const killed = child;
      child = undefined;
      if (killed === undefined || isLost) return;
      process.kill(killed.pid, 'SIGKILL');
      await killed.exited;
    },
  };
}
