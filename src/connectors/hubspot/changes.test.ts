import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { hubspotStandIn } from '../../sandbox/tools/hubspot/index.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { CounterpartObject } from '../counterpart.ts';
import { freely, toolContext } from '../tool.fixture.ts';
import type { Api } from './api.ts';
import { readChangedSince } from './changes.ts';
import { openHubspot } from './client.ts';
import { HubspotSettings } from './index.ts';

const CONTACTS: CounterpartObject = { name: 'contacts', fields: ['email', 'firstname'] };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The stand-in's clock stands where it is put; the answers' own clock is the real one. */
async function opened({ searchLagMs = 0, searchLagSeconds = 0 } = {}) {
  const clock = { now: Date.now() - 3_600_000 };
  const standIn = hubspotStandIn({ searchesPerSecond: 1_000, searchLagMs, now: () => clock.now });
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  const settings = HubspotSettings.parse({ accessToken: secret('HUBSPOT_ACCESS_TOKEN'), baseUrl: sandbox.urlOf('hubspot'), searchLagSeconds });
  const counterpart = openHubspot(settings, context).counterpart!;
  /** Reads pages until there are no more; `between` happens after each. */
  const walk = async (from: string, between: (page: number) => void = () => undefined) => {
    const pages: (readonly string[])[] = [];
    for (let cursor = from; ; ) {
      const page = await counterpart.changes(CONTACTS, cursor, freely);
      pages.push(page.records.map(({ id }) => id));
      cursor = page.cursor;
      if (!page.more) return { ids: pages.flat(), pages, cursor };
      between(pages.length);
    }
  };
  return { crm: standIn.crm, counterpart, clock, walk, beginning: JSON.stringify({ after: clock.now - 1 }) };
}

test('without a cursor nothing that was is told, and what comes next is', async () => {
  const { crm, counterpart, walk, clock } = await opened();
  crm.make('contacts', { email: 'old@acme.example' });
  const first = await counterpart.changes(CONTACTS, undefined, freely);
  clock.now = Date.now() + 2_000;
  const ann = crm.make('contacts', { email: 'ann@acme.example' });

  expect([first.records, first.more]).toEqual([[], false]);
  expect((await walk(first.cursor)).ids).toEqual([ann]);
});

test('hundreds of changes in one moment and many around them come once each, in pages', async () => {
  const { crm, walk, clock, beginning } = await opened();
  const made: string[] = [];
  const make = (count: number): void => {
    for (let n = 0; n < count; n += 1) made.push(crm.make('contacts', { email: `p${String(made.length)}@acme.example` }));
  };
  for (const count of [150, 100, 450, 3, 200, 1]) {
    make(count);
    clock.now += 1;
  }
  const { ids, pages } = await walk(beginning);

  expect(ids.toSorted()).toEqual(made.toSorted());
  expect(pages.length).toBeLessThan(13);
});

test('a record that changes during the walk is told again and takes no other out of it', async () => {
  const { crm, walk, clock, beginning } = await opened();
  const made = Array.from({ length: 650 }, (_, n) => {
    clock.now += 1;
    return crm.make('contacts', { email: `p${String(n)}@acme.example` });
  });
  const { ids } = await walk(beginning, (page) => {
    clock.now += 1;
    for (let n = 0; n < 50; n += 1) crm.edit('contacts', made[n]!, { firstname: `Edit ${String(page)}` });
  });
  expect(new Set(ids)).toEqual(new Set(made));
});

test('what the search knows of late is told by the next walk, and old changes are not told for ever', async () => {
  const { crm, walk, clock } = await opened({ searchLagMs: 30_000, searchLagSeconds: 60 });
  clock.now = Date.now();
  const late = crm.make('contacts', { email: 'late@acme.example' });
  const first = await walk(JSON.stringify({ after: clock.now - 60_000 }));
  clock.now += 30_000;
  const second = await walk(first.cursor);
  const third = await walk(JSON.stringify({ after: clock.now + 1 }));

  expect([first.ids, second.ids, third.ids]).toEqual([[], [late], []]);
});

/** Without a network, and with the stand-in's clock in the answers as well. */
function apart(searchLagMs: number, clock: { now: number }) {
  const standIn = hubspotStandIn({ searchesPerSecond: Infinity, searchLagMs, now: () => clock.now });
  const settings = HubspotSettings.parse({ accessToken: secret('S'), baseUrl: 'https://api.hubapi.com', searchLagSeconds: searchLagMs / 1000 });
  const api: Api = {
    settings, token: () => standIn.env('')['HUBSPOT_ACCESS_TOKEN']!,
    http: {
      close: () => Promise.resolve(),
      async send({ method, url, headers = {}, body }) {
        const { pathname: path, searchParams: query } = new URL(url);
        const answer = await standIn.answer({ method, path, query, headers, body: String(body), json: () => JSON.parse(String(body)) as unknown, url });
        const bytes = new TextEncoder().encode(JSON.stringify(answer.body));
        return { status: answer.status, headers: { date: new Date(clock.now).toUTCString() }, body: bytes, text: () => new TextDecoder().decode(bytes), json: () => answer.body };
      },
    },
  };
  return { crm: standIn.crm, api };
}

test('whatever changes while it is walked, and however late the search knows, the last state of each record is told', async () => {
  const burst = fc.record({ count: fc.integer({ min: 1, max: 450 }), pauseMs: fc.constantFrom(0, 1, 700, 5_000) });
  const disturbance = fc.record({ edits: fc.array(fc.nat(), { maxLength: 30 }), pauseMs: fc.constantFrom(0, 1, 3_000, 20_000) });
  await fc.assert(fc.asyncProperty(fc.constantFrom(0, 10_000), fc.array(burst, { minLength: 1, maxLength: 4 }), fc.array(disturbance, { maxLength: 5 }), async (lagMs, bursts, disturbances) => {
    const clock = { now: 1_760_000_000_000 };
    const { crm, api } = apart(lagMs, clock);
    let cursor = (await readChangedSince(api, CONTACTS, undefined, freely)).cursor;
    clock.now += 1_000;
    const made: string[] = [];
    for (const { count, pauseMs } of bursts) {
      for (let n = 0; n < count; n += 1) made.push(crm.make('contacts', { firstname: `P${String(n)}` }));
      clock.now += pauseMs;
    }
    const told = new Map<string, number>();
    const pending = [...disturbances];
    for (let walks = 0; walks < 3; ) {
      const page = await readChangedSince(api, CONTACTS, cursor, freely);
      for (const { id, changedAtMs } of page.records) told.set(id, Math.max(changedAtMs!, told.get(id) ?? 0));
      cursor = page.cursor;
      const next = pending.shift();
      for (const which of next?.edits ?? []) crm.edit('contacts', made[which % made.length]!, { firstname: `E${String(pending.length)} ${String(which)}` });
      clock.now += next?.pauseMs ?? 0;
      if (page.more) continue;
      if (pending.length === 0) walks += 1;
      clock.now += lagMs + 1_000;
    }
    expect(told).toEqual(new Map(crm.records('contacts').map(({ id, updatedAt }) => [id, Date.parse(updatedAt)])));
  }), { numRuns: 20 });
}, 30_000);
