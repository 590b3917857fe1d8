import { afterEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import { clientOf } from './testing/test-client.ts';
import { listen } from './testing/webhook-listener.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0)) await part.close();
});

it('bad weather loses its share of the webhooks, the same ones for the same seed, and brings the rest out of order', async () => {
  const arrivals: string[][] = [];
  for (let round = 0; round < 2; round += 1) {
    const twenty = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off' });
    const listener = await listen();
    open.push(twenty, listener);
    await clientOf(twenty).rest('POST', '/rest/webhooks', { targetUrl: listener.url, operations: ['task.created'] });
    twenty.disturbWebhooks({ lost: 0.3, delayMs: 200, seed: 5 });
    for (let n = 0; n < 100; n += 1) twenty.asUser.create('tasks', { title: String(n) });
    await twenty.settled();
    arrivals.push(listener.received.map(({ rawBody }) => (JSON.parse(rawBody) as { record: { title: string } }).record.title));
    expect(twenty.deliveries.filter(({ outcome }) => outcome === 'lost on the way')).toHaveLength(100 - arrivals[round]!.length);
  }
  const [first, second] = arrivals as [string[], string[]];
  const inOrder = first.toSorted((a, b) => Number(a) - Number(b));
  expect(first.length).toBeGreaterThan(55);
  expect(first.length).toBeLessThan(85);
  expect(first).not.toEqual(inOrder);
  expect(second.toSorted((a, b) => Number(a) - Number(b))).toEqual(inOrder);
});
