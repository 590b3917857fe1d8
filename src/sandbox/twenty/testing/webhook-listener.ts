import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One POST that a webhook target received. */
export interface Received {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
}

export interface Listener {
  readonly url: string;
  readonly received: readonly Received[];
  /** The most requests that were open at once. */
  readonly mostAtOnce: () => number;
  close(): Promise<void>;
}

/** A webhook target for tests: keeps what it receives and answers as told, 200 at once by default. */
export async function listen(answer: (response: ServerResponse, request: Received) => void | Promise<void> = (response) => void response.end()): Promise<Listener> {
  const received: Received[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => (open -= 1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const post = { method: request.method ?? '', headers: request.headers, rawBody: Buffer.concat(chunks).toString() };
      received.push(post);
      void answer(response, post);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    mostAtOnce: () => most,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
