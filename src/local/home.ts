import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { birthOf, isAlive } from './processes.ts';
import { SetupError } from './setup-error.ts';

/** The data folder of `npm start`: what is in it and who works on it. */
export interface Home {
  readonly folder: string;
  /** Embedded PostgreSQL: cluster, password, port, log. */
  readonly postgres: string;
  /** Temporal's database file; program, ports and log lie beside it. */
  readonly temporalDatabase: string;
  /** What the sandbox keeps. */
  readonly sandbox: string;
  /** A file that says the samples went through once. */
  readonly samplesSent: string;
  /** Tells a second start where the first one can be reached, and other commands what its environment says of the stand-ins. */
  remember(addresses: Readonly<Record<string, string>>, standIns?: Readonly<Record<string, string>>): void;
  release(): void;
}

interface Lock {
  readonly pid: number;
  readonly birth: string | undefined;
  readonly addresses: Readonly<Record<string, string>>;
  readonly standIns?: Readonly<Record<string, string>>;
}

/** What runs on a data folder; undefined when nothing does. */
export function runningOn(folder: string): { readonly addresses: Readonly<Record<string, string>>; readonly standIns: Readonly<Record<string, string>> } | undefined {
  const text = readText(path.join(path.resolve(folder), 'lock'));
  if (text === undefined) return undefined;
  const { pid, birth, addresses, standIns = {} } = JSON.parse(text) as Lock;
  return isAlive(pid) && birthOf(pid) === birth ? { addresses, standIns } : undefined;
}

/** Somebody else works on the data folder; the message says who and where. */
export class HomeInUse extends SetupError {
  constructor(folder: string, lock: Lock) {
    const addresses = Object.entries(lock.addresses).map(([name, address]) => `\n  ${name.padEnd(12)} ${address}`);
    super(
      `Sluice already runs on ${folder}, as process ${lock.pid}.${addresses.join('')}\n` +
        `Stop it first (kill ${lock.pid}), or set SLUICE_HOME to another folder for a second one.`,
    );
    this.name = 'HomeInUse';
  }
}

/** Takes the data folder for this process, from a dead one too. Throws HomeInUse when a living process has it. */
export function openHome(folder: string): Home {
  const root = path.resolve(folder);
  mkdirSync(path.join(root, 'sandbox'), { recursive: true });
  const file = path.join(root, 'lock');
  takeLock(root, file);
  let released = false;
  return {
    folder: root,
    postgres: path.join(root, 'postgres'),
    temporalDatabase: path.join(root, 'temporal', 'temporal.db'),
    sandbox: path.join(root, 'sandbox'),
    samplesSent: path.join(root, 'samples-sent'),
    remember: (addresses, standIns) => {
      const draft = writeDraft(file, addresses, standIns);
      renameSync(draft, file);
    },
    release: () => {
      if (!released) rmSync(file, { force: true });
      released = true;
    },
  };
}

/** A lock appears whole or not at all: written aside and linked to its place, which fails when there is one already. */
function takeLock(root: string, file: string): void {
  const draft = writeDraft(file, {});
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      removeStale(root, file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeStale(root: string, file: string): void {
  const text = readText(file);
  if (text === undefined) return;
  const lock = JSON.parse(text) as Lock;
  const isHeld = isAlive(lock.pid) && birthOf(lock.pid) === lock.birth;
  if (isHeld) throw new HomeInUse(root, lock);
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another start took it away
    throw error;
  }
  // Another start may have put its own lock there in between: that one is given back.
  if (readText(aside) !== text) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function writeDraft(file: string, addresses: Readonly<Record<string, string>>, standIns: Readonly<Record<string, string>> = {}): string {
  const draft = `${file}.${process.pid}`;
  const lock: Lock = { pid: process.pid, birth: birthOf(process.pid), addresses, standIns };
  writeFileSync(draft, `${JSON.stringify(lock)}\n`, { mode: 0o600 });
  return draft;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
