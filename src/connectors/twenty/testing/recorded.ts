import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer as a real Twenty 2.21 server gave it. */
export interface Recorded {
  readonly status: number;
  readonly body: unknown;
}

/** What the connector sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A server that gives recorded answers in turn, the last one for ever, and keeps what it was sent. */
export async function serveRecorded(answers: readonly Recorded[]): Promise<{ readonly url: string; readonly sent: readonly Sent[]; close(): Promise<void> }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      sent.push({
        method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' }).end(JSON.stringify(answer?.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    sent,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => { resolve(); }); }),
  };
}
