import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { SetupError } from './setup-error.ts';

/** A server process that ends when it is told to, and by itself when the process that started it is gone. */
export interface Child {
  /** Process id of the server itself, not of its guard. */
  readonly pid: number;
  /** Resolves with the exit code once the server is gone, whoever ended it. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly command: readonly [string, ...string[]];
  /** Ends the server in an orderly way. */
  readonly stopSignal: 'INT' | 'TERM';
  /** After this time an orderly end is no longer waited for, in milliseconds. */
  readonly graceMs: number;
  /** Output goes to this file, emptied at every start. */
  readonly logFile: string;
  /** Working directory, default `/`. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Put in front of the guard itself, such as `setpriv` and its arguments. */
  readonly prefix?: readonly string[];
}

/**
 * A server outlives a parent that is killed with -9, so a shell of its own stands between the two and holds a pipe to the
 * parent: when the pipe breaks, it ends the server. It is a session leader, so that Ctrl-C reaches only us and the order of
 * the stop stays ours.
 */
const guard = `
stop=$1; grace=$2; shift 2
"$@" 3<&- &
child=$!
echo "$child" >&3
trap 'kill -s "$stop" "$child"' TERM INT HUP
{
  while read -r signal <&3; do kill -s "$signal" "$child"; done
  kill -s "$stop" "$child"
  while [ "$grace" -gt 0 ] && kill -0 "$child"; do sleep 1; grace=$((grace - 1)); done
  kill -s KILL "$child"
} 2>/dev/null &
watcher=$!
wait "$child"; code=$?
while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
kill -s KILL "$watcher" 2>/dev/null
exit "$code"
`;

export async function startChild(options: ChildOptions): Promise<Child> {
  const log = openSync(options.logFile, 'w', 0o644);
  const args = ['/bin/sh', '-c', guard, 'guard', options.stopSignal, String(Math.ceil(options.graceMs / 1000)), ...options.command];
  const [file, ...rest] = [...(options.prefix ?? []), ...args];
  const process_ = spawn(file as string, rest, {
    cwd: options.cwd ?? '/',
    detached: true,
    env: options.env ?? process.env,
    uid: options.uid,
    gid: options.gid,
    stdio: ['ignore', log, log, 'pipe'],
  });
  closeSync(log);
  const pipe = process_.stdio[3] as Socket;
  pipe.on('error', () => undefined); // the guard went first: `exited` tells
  const exited = new Promise<number>((resolve, reject) => {
    process_.once('error', reject);
    process_.once('exit', (code, signal) => resolve(code ?? (signal === null ? 0 : 1)));
  });
  exited.catch(() => undefined);

  const pid = await Promise.race([readPid(pipe), exited.then(() => undefined)]);
  if (pid === undefined) throw new SetupError(`${options.command[0]} did not start: ${tail(options.logFile)}`);
  process_.unref();
  pipe.unref();

  const stop = async (): Promise<void> => {
    if (process_.exitCode !== null || process_.signalCode !== null) return;
    process_.ref();
    pipe.write(`${options.stopSignal}\n`);
    const overdue = setTimeout(() => pipe.write('KILL\n'), options.graceMs);
    await exited;
    clearTimeout(overdue);
    pipe.destroy();
  };
  return { pid, exited, stop };
}

/** The last lines of a log file, for an error message. */
export function tail(logFile: string, lines = 8): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no output)';
  }
}

async function readPid(pipe: Socket): Promise<number> {
  const lines = createInterface({ input: pipe });
  const [line] = (await once(lines, 'line')) as [string];
  lines.close();
  return Number(line);
}
