import { Client } from 'undici';
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

/** The senders: a fixed number of requests over kept connections, the next one on a connection when the last is answered. */
const calls = {
  async burst({ url, series, count, connections }: Burst): Promise<BurstEnd> {
    const { origin, pathname } = new URL(url);
    const bodies = Array.from({ length: count }, (_, n) => Buffer.from(JSON.stringify(formOf(series, n))));
    const statuses: Record<number, number> = {};
    let next = 0;
    const clients = Array.from({ length: connections }, () => new Client(origin));
    const sender = async (client: Client): Promise<void> => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        const answer = await client.request({ path: pathname, method: 'POST', headers: { 'content-type': 'application/json' }, body });
        await answer.body.dump();
        statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
      }
    };
    const startedAtMs = Date.now();
    await Promise.all(clients.map(sender));
    const endedAtMs = Date.now();
    await Promise.all(clients.map((client) => client.close()));
    return { startedAtMs, endedAtMs, statuses };
  },
};

export type LoadCalls = typeof calls;

serve(Promise.resolve({ calls, close: () => Promise.resolve() }));
