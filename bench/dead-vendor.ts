import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Bench } from './bench.ts';
import { PARTNERS } from './config.ts';
import { median } from './figures.ts';
import type { Figure } from './report.ts';
import { startVendorLine, type VendorLine, type Waits } from './vendor-line.ts';

const EACH = 60;
/** Afterwards every company of the forms is known and linked. */
const WARM_UP = 50;
/** Waiting for the vendor while the others are measured. */
const BACKLOG = 2_000;
const MOST = 1.25;

/**
 * How long forms, scores and edits that a two-way sync carries take beside a vendor that accepts connections and never answers, against
 * the same with nothing in its lane: two lines of the same parts, asked in turn.
 */
export async function deadVendor(bench: Bench): Promise<readonly Figure[]> {
  const vendor = await silentServer();
  bench.onEnd('the silent vendor', vendor.close);
  const idle = await startVendorLine(bench, 'idle_vendor', vendor.url);
  const beside = await startVendorLine(bench, 'dead_vendor', vendor.url);
  await inTurn(0, WARM_UP);
  const { statuses } = await bench.load.ask('burst', { url: `${beside.gatewayUrl}/hooks/${PARTNERS}`, series: 'partners', count: BACKLOG, connections: 32 });
  if (statuses[202] !== BACKLOG) throw new Error(`Not all were accepted: ${JSON.stringify(statuses)}`);
  // Its first runs hang in their calls now, which is the worst it can do.
  await vendor.wasCalled;
  const waits = await inTurn(WARM_UP, EACH);
  const { rows } = await beside.database.pool.query<{ n: number }>(`select count(*) as n from deliveries where integration = $1 and state in ('pending', 'running')`, [PARTNERS]);
  await beside.stop();
  await idle.stop();
  const note = `${String(EACH)} each, in turn; ${String(rows[0]!.n)} deliveries waiting for the vendor`;
  const figure = (what: keyof Waits, name: string): Figure => {
    const [now, still] = [median(waits.beside.map((one) => one[what])), median(waits.idle.map((one) => one[what]))];
    return { name: `p50 of ${name} beside a dead vendor, against nothing in its lane`, unit: 'ms', sluice: now, peer: still, ratio: now / still, bound: { atMost: MOST }, note };
  };
  return [figure('form', 'a form'), figure('score', 'a score'), figure('edit', 'an edit by two-way sync')];

  async function inTurn(from: number, count: number): Promise<{ readonly idle: readonly Waits[]; readonly beside: readonly Waits[] }> {
    const all = { idle: [] as Waits[], beside: [] as Waits[] };
    const take = async (line: VendorLine, into: Waits[], n: number): Promise<unknown> => into.push(await line.wait(n));
    for (let n = from; n < from + count; n += 1) {
      const turns = [() => take(idle, all.idle, n), () => take(beside, all.beside, n)];
      for (const turn of n % 2 === 0 ? turns : turns.toReversed()) await turn();
      if ((n + 1) % 20 === 0) bench.say(`dead vendor, ${String(n + 1)} of ${String(WARM_UP + EACH)}`);
    }
    return all;
  }
}

/** Takes connections and says nothing. */
async function silentServer(): Promise<{ readonly url: string; readonly wasCalled: Promise<void>; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const called = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('data', () => called.resolve()).on('error', () => undefined).on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    wasCalled: called.promise,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      open.forEach((socket) => socket.destroy());
    }),
  };
}
