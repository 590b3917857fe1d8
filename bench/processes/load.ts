import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { formOf } from '../forms.ts';
import { serve } from '../process.ts';

export interface Burst {
  readonly url: string;
  readonly series: string;
  readonly count: number;
  readonly connections: number;
}

export interface BurstEnd {
  /** Milliseconds since 1970: the first request left, the last answer came. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
}

/**
 * The senders: a fixed number of requests over kept connections, the next one on a connection when the last is answered. They
 * write HTTP by hand, so that on a small machine they take little of what is to be measured.
 */
const calls = {
  async burst({ url, series, count, connections }: Burst): Promise<BurstEnd> {
    const target = new URL(url);
    const requests = Array.from({ length: count }, (_, n) => requestOf(target, JSON.stringify(formOf(series, n))));
    const statuses: Record<number, number> = {};
    const sockets = await Promise.all(Array.from({ length: connections }, () => connected(target)));
    const startedAtMs = Date.now();
    await Promise.all(sockets.map((socket) => send(socket, () => requests.pop(), (status) => (statuses[status] = (statuses[status] ?? 0) + 1))));
    const endedAtMs = Date.now();
    for (const socket of sockets) socket.destroy();
    return { startedAtMs, endedAtMs, statuses };
  },
};

export type LoadCalls = typeof calls;

async function connected({ hostname, port }: URL): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function requestOf({ host, pathname }: URL, body: string): string {
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n`;
  return head + body;
}

/** Sends what there is on one connection, one at a time; every answer must tell its length. */
function send(socket: Socket, next: () => string | undefined, onStatus: (status: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    const go = (): void => {
      const request = next();
      if (request === undefined) resolve();
      else socket.write(request);
    };
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      const head = received.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
      if (length === undefined) return reject(new Error(`An answer does not tell its length: ${received.slice(0, head)}`));
      if (received.length < head + 4 + Number(length)) return;
      onStatus(Number(received.slice(9, 12)));
      received = '';
      go();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('A connection was closed.')));
    go();
  });
}

serve(Promise.resolve({ calls, close: () => Promise.resolve() }));
