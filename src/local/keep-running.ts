import type { Say } from './progress.ts';

export interface Server {
  readonly pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

export interface Kept<T extends Server> {
  /** The server as it was first started; its address is kept over restarts, its process id is not. */
  readonly server: T;
  /** Resolves with the reason when the server cannot be kept running. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

const mostRestarts = 5;
const withinMs = 60_000;

/** Starts a server again on the same data and port when it ends without being told, as after kill -9 or out of memory. */
export async function keepRunning<T extends Server>(name: string, start: () => Promise<T>, say: Say): Promise<Kept<T>> {
  const server = await start();
  let current: Server = server;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();
  const restarts: number[] = [];
  let lose: (reason: string) => void = () => undefined;
  const lost = new Promise<string>((resolve) => void (lose = resolve));

  const watch = (): void => {
    const onEnd = (): void => void (stopping || (restarting = restart()));
    current.exited.then(onEnd, onEnd);
  };
  const restart = async (): Promise<void> => {
    const now = Date.now();
    restarts.push(now);
    if (restarts.filter((at) => now - at < withinMs).length > mostRestarts) {
      lose(`${name} ended ${mostRestarts} times within a minute.`);
      return;
    }
    say(`${name} (process ${current.pid}) ended; starting it again.`);
    try {
      current = await start();
      watch();
      say(`${name} is back as process ${current.pid}.`);
    } catch (error) {
      lose(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  watch();
  return {
    server,
    lost,
    stop: async () => {
      stopping = true;
      await restarting;
      await current.stop();
    },
  };
}
