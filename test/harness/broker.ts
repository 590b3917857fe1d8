import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { databases } from './databases.ts';
import { once, type Once } from './once.ts';
import { temporal } from './temporal.ts';
import { workflowBundle } from './workflow-bundle.ts';

export interface Broker {
  readonly url: string;
  close(): Promise<void>;
}

/** One process owns the servers of a run; test files ask it over HTTP, so what nobody asks for is never started. */
export async function startBroker(folder: string): Promise<Broker> {
  const postgres = once(() => databases(`${folder}/postgres`));
  const temporalServer = once(() => temporal(`${folder}/temporal`));
  const bundles = new Map<string | null, Once<Awaited<ReturnType<typeof workflowBundle>>>>();
  const bundleOf = (list: string | null): Promise<{ readonly path: string }> => {
    if (!bundles.has(list)) {
      const file = `${folder}/workflows-${String(bundles.size)}.js`;
      bundles.set(list, once(() => workflowBundle(file, list ?? undefined)));
    }
    return bundles.get(list)!.get();
  };

  const answer = async (method: string, { pathname: path, searchParams }: URL): Promise<unknown> => {
    if (method === 'POST' && path === '/databases') return { url: await (await postgres.get()).create() };
    if (method === 'POST' && path === '/temporal') return (await temporalServer.get()).where;
    if (method === 'POST' && path === '/bundle') return { path: (await bundleOf(searchParams.get('of'))).path };
    if (method === 'DELETE') return (await postgres.get()).drop(path.replace('/databases/', ''));
    throw new Error(`The harness has no ${method} ${path}.`);
  };
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown): void => void response.writeHead(status).end(JSON.stringify(body ?? null));
    answer(request.method ?? '', new URL(request.url ?? '', 'http://broker')).then(
      (body) => reply(200, body),
      (error: unknown) => reply(500, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([postgres.end(), temporalServer.end()]);
    },
  };
}
