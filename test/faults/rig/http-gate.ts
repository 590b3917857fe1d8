import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a connector and its service and can hold up one exchange at a time of the caller's choice. */
export interface HttpGate {
  readonly url: string;
  /** Holds the first request that `match` accepts: before it goes on (`request`), or carried out and its answer kept back (`answer`). */
  hold(at: 'request' | 'answer', match: (asked: Asked) => boolean): HeldExchange;
  close(): Promise<void>;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface HeldExchange {
  /** True once the exchange stands still. */
  readonly isStanding: boolean;
  /** Lets it go on, whoever still listens. */
  release(): void;
  /** Breaks the connection: a held request never arrives, a held answer is lost. */
  cut(): void;
}

interface Hold extends HeldExchange {
  readonly at: 'request' | 'answer';
  readonly match: (asked: Asked) => boolean;
  arrive(): void;
  /** Resolves with whether the exchange may go on. */
  readonly verdict: Promise<boolean>;
}

export async function startHttpGate(target: string): Promise<HttpGate> {
  const holds: Hold[] = [];
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const asked: Asked = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', body: body.toString('utf8') };
    const hold = holds.find(({ match }) => match(asked));
    if (hold !== undefined) holds.splice(holds.indexOf(hold), 1);
    if (hold?.at === 'request' && !(await stand(hold))) return void outgoing.destroy();
    const answer = await forward(target, incoming, body);
    if (hold?.at === 'answer' && !(await stand(hold))) return void outgoing.destroy();
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(at, match) {
      let isStanding = false;
      const verdict = Promise.withResolvers<boolean>();
      const end = (goOn: boolean) => (): void => {
        const index = holds.indexOf(hold);
        if (index >= 0) holds.splice(index, 1);
        verdict.resolve(goOn);
      };
      const hold: Hold = {
        at, match, verdict: verdict.promise, release: end(true), cut: end(false),
        arrive: () => void (isStanding = true),
        get isStanding() {
          return isStanding;
        },
      };
      holds.push(hold);
      return hold;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function stand(hold: Hold): Promise<boolean> {
  hold.arrive();
  return hold.verdict;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(url ?? '/', target), { method, headers: { ...headers, host: new URL(target).host } }, (response) => {
      read(response).then((answer) => resolve({ status: response.statusCode ?? 500, headers: response.headers, body: answer }), reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
