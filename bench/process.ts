import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process of the benchmark does when it is asked, by name. */
export type Calls = { readonly [name: string]: (input: never) => Promise<unknown> };

/** A measured server, or the load on it, in a process of its own. */
export interface Process<C extends Calls> {
  ask<K extends keyof C & string>(name: K, input: Parameters<C[K]>[0]): Promise<Awaited<ReturnType<C[K]>>>;
  stop(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}

/** Starts one of `processes/` and waits until it is ready; it ends with us, whatever happens. */
export async function startProcess<C extends Calls>(file: string, env: NodeJS.ProcessEnv): Promise<Process<C>> {
  const child = fork(new URL(`processes/${file}`, import.meta.url), { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  const gone = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended.`));
  });
  child.on('message', (answer: Answer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) one?.resolve(answer.output);
    else one?.reject(new Error(`${file}: ${answer.error}`));
  });
  const ask = (name: string, input: unknown): Promise<unknown> => {
    const one = Promise.withResolvers<unknown>();
    waiting.set((asked += 1), one);
    child.send({ id: asked, name, input } satisfies Question, (error) => error !== null && one.reject(error));
    return one.promise;
  };
  await ask('ready', undefined);
  return {
    ask: (name, input) => ask(name, input) as never,
    stop: async () => {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** The other side: answers calls until the benchmark goes away, then closes and ends. */
export function serve(starting: Promise<{ readonly calls: Calls; close(): Promise<unknown> }>): void {
  process.on('SIGINT', () => undefined); // Ctrl-C reaches all of us; the benchmark says when to end
  process.on('message', ({ id, name, input }: Question) => {
    const answer = async (): Promise<unknown> => {
      const { calls } = await starting;
      return name === 'ready' ? undefined : calls[name]!(input as never);
    };
    answer().then(
      (output) => process.send!({ id, output } satisfies Answer),
      (error: unknown) => process.send!({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Answer),
    );
  });
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), 10_000).unref();
    void starting.then(({ close }) => close()).finally(() => process.exit(0));
  });
}
