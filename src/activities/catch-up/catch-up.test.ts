import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { probeIdFrom } from '../../domain/probe.ts';
import { startProbe } from '../../store/setup.ts';
import { findWatermark } from '../../store/watermarks.ts';
import { addPerson, type Bench, type BenchOptions, openBench, personId } from './catch-up.fixture.ts';
import { takePage } from './take-page.ts';

const MINUTE_MS = 60_000;

let bench: Bench;
afterEach(() => bench.close());

async function begin(options: BenchOptions = {}, people = 0): Promise<void> {
  bench = await openBench(options);
  for (let n = 1; n <= people; n += 1) addPerson(bench, n, { jobTitle: 'old' });
  bench.clockMs += MINUTE_MS;
  await bench.baseline();
  bench.clockMs += MINUTE_MS;
  bench.calls();
}

test('what is there when an object is first watched is no news; what changes afterwards is, by what happened to it', async () => {
  await begin({}, 5);
  const { sandbox } = bench;
  addPerson(bench, 6);
  addPerson(bench, 7, { jobTitle: 'fresh' });
  bench.clockMs += 1_000;
  sandbox.asUser.update('people', personId(7), { jobTitle: 'edited' });
  sandbox.asUser.update('people', personId(1), { jobTitle: 'new' });
  sandbox.asUser.update('people', personId(2), { linkedinLink: { primaryLinkUrl: 'https://elsewhere.example' } });
  sandbox.asUser.softDelete('people', personId(3));
  sandbox.asUser.softDelete('people', personId(4));
  addPerson(bench, 8);
  sandbox.asUser.softDelete('people', personId(8));

  const first = await bench.changes();
  bench.clockMs += MINUTE_MS;
  sandbox.asUser.restore('people', personId(4));
  const second = await bench.changes();
  const third = await bench.changes();

  expect(await bench.inbox()).toEqual(['created 6', 'updated 1 new', 'deleted 3 old', 'deleted 4 old', 'created 7 edited', 'deleted 8', 'restored 4 old']);
  expect([first, second, third]).toEqual([6, 1, 0]);
});

test('the probe of a setup is no news; a record whose id only looks like one is', async () => {
  await begin();
  const [probe, lookalike] = [probeIdFrom(randomUUID()), probeIdFrom(randomUUID())];
  await startProbe(bench.database, { id: probe, workspace: 'main', connection: 'twenty', object: 'person', action: 'created' });
  for (const id of [probe, lookalike]) bench.sandbox.asUser.create('people', { id });
  expect(await bench.changes()).toBe(1);
  expect(await bench.changes()).toBe(0);
});

test('each integration hears of a record once, by the most telling thing it listens to', async () => {
  await begin({ interests: { creations: { actions: ['created'] }, updates: { actions: ['updated'] }, both: { actions: ['created', 'updated'] } } });
  addPerson(bench, 1);
  addPerson(bench, 2);
  bench.clockMs += 1_000;
  bench.sandbox.asUser.update('people', personId(2), { jobTitle: 'new' });
  await bench.changes();
  await bench.changes();
  expect(await bench.inbox('creations')).toEqual(['created 1', 'created 2 new']);
  expect(await bench.inbox('updates')).toEqual(['updated 2 new']);
  expect(await bench.inbox('both')).toEqual(['created 1', 'created 2 new']);
});

test('what webhooks have told is not found again, and what is found is not taken again from a webhook that comes late', async () => {
  await begin({}, 3);
  bench.sandbox.asUser.update('people', personId(1), { jobTitle: 'told' });
  await bench.webhook('updated', personId(1));
  bench.sandbox.asUser.update('people', personId(2), { jobTitle: 'late' });
  addPerson(bench, 4, { jobTitle: 'late' });
  await bench.changes();
  await bench.webhook('updated', personId(2));
  await bench.webhook('created', personId(4));
  expect(await bench.inbox()).toEqual(['updated 1 told', 'updated 2 late', 'created 4 late', 'updated 2 late stale', 'created 4 late stale']);
});

test('of changes within one millisecond nobody can tell which was the last: who heard them in the wrong order is told once more how the record stands', async () => {
  await begin({}, 1);
  bench.sandbox.asUser.softDelete('people', personId(1));
  const trashed = structuredClone(bench.sandbox.records('people')[0]!);
  bench.sandbox.asUser.restore('people', personId(1));
  await bench.webhook('restored', personId(1));
  await bench.webhook('deleted', personId(1), trashed);
  expect([await bench.changes(), await bench.changes()]).toEqual([1, 0]);
  expect(await bench.inbox()).toEqual(['restored 1 old', 'deleted 1 old', 'restored 1 old']);
});

test('a creation whose webhook was lost is found although a later change was told', async () => {
  await begin();
  addPerson(bench, 1);
  bench.clockMs += 1_000;
  bench.sandbox.asUser.update('people', personId(1), { jobTitle: 'told' });
  await bench.webhook('updated', personId(1));
  await bench.changes();
  expect(await bench.inbox()).toEqual(['updated 1 told', 'created 1 told']);
});

test('nothing changed costs one call, and so does every page of changes', async () => {
  await begin({ maxBatch: 10 }, 25);
  bench.clockMs += 10 * MINUTE_MS;
  await bench.changes();
  bench.clockMs += 10 * MINUTE_MS;
  bench.calls();
  await bench.changes();
  const idle = bench.calls();
  for (let n = 1; n <= 25; n += 1) bench.sandbox.asUser.update('people', personId(n), { jobTitle: 'new' });
  await bench.changes();
  expect([idle, bench.calls()]).toEqual([1, 3]);
});

test('equal times at the edges of pages neither lose a record nor bring it twice', async () => {
  await begin({ maxBatch: 3 });
  let next = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 14 }), async (seconds) => {
      bench.clockMs += 10 * MINUTE_MS;
      const ids = seconds.map((second) => {
        next += 1;
        const at = new Date(bench.clockMs - 1_000 * second).toISOString();
        addPerson(bench, next, { createdAt: at, updatedAt: at });
        return next;
      });
      const before = (await bench.inbox()).length;
      await bench.changes();
      const heard = (await bench.inbox()).slice(before);
      expect(heard.toSorted()).toEqual(ids.map((n) => `created ${String(n)}`).toSorted());
    }),
    { numRuns: 12 },
  );
});

test('a walk that was killed behind the commit of a page, or between two pages, goes on and repeats nothing', async () => {
  await begin({ maxBatch: 4 }, 10);
  for (let n = 1; n <= 10; n += 1) bench.sandbox.asUser.update('people', personId(n), { jobTitle: `new${String(n)}` });
  const { reader } = bench;
  const mark = (await findWatermark(bench.database, reader.ref))!;
  const page = await reader.twenty.changedSince('person', reader.watched.fields, mark.baselineByTwenty.toISOString(), undefined, reader.context);
  await takePage(reader, page.records, { baselineAtMs: mark.baselineByTwenty.getTime(), sameFields: true });
  bench.sandbox.faults.add({ effect: { kind: 'cut' }, operation: 'people' });
  await expect(bench.changes()).rejects.toThrow();
  await bench.changes();
  bench.sandbox.asUser.update('people', personId(1), { jobTitle: 'newer' });
  let pages = 0;
  bench.sandbox.beforeOperation = () => {
    pages += 1;
    if (pages === 2) throw new Error('the server stumbles');
  };
  await expect(bench.changes()).rejects.toThrow();
  bench.sandbox.beforeOperation = undefined;
  await bench.changes();
  expect((await bench.inbox()).toSorted()).toEqual([...Array.from({ length: 10 }, (_, i) => `updated ${String(i + 1)} new${String(i + 1)}`), 'updated 1 newer'].toSorted());
});

test('a record that changes while it is walked comes again, and a workspace that never rests does not keep the walk for ever', async () => {
  await begin({ maxBatch: 2 }, 5);
  for (let n = 1; n <= 5; n += 1) bench.sandbox.asUser.update('people', personId(n), { jobTitle: 'new' });
  let edits = 0;
  bench.sandbox.beforeOperation = () => {
    edits += 1;
    bench.clockMs += 5_000;
    bench.sandbox.asUser.update('people', personId(1 + (edits % 5)), { jobTitle: `edit${String(edits)}` });
  };
  await bench.changes();
  const walked = edits;
  bench.sandbox.beforeOperation = undefined;
  await bench.changes();
  const inbox = await bench.inbox();
  const latest = new Map(inbox.map((line) => [line.split(' ')[1], line]));
  expect(walked).toBeLessThan(30);
  expect([...latest.values()].toSorted()).toEqual(bench.sandbox.records('people').map(({ id, jobTitle }) => `updated ${String(Number(String(id).slice(-12)))} ${String(jobTitle)}`).toSorted());
  expect(new Set(inbox).size).toBe(inbox.length);
});

test('what arrives while the baseline is read is neither lost nor doubled', async () => {
  bench = await openBench({ maxBatch: 2 });
  for (let n = 1; n <= 6; n += 1) addPerson(bench, n, { jobTitle: 'old' });
  bench.clockMs += MINUTE_MS;
  let pages = 0;
  bench.sandbox.beforeOperation = async () => {
    pages += 1;
    if (pages !== 2) return;
    bench.clockMs += 1_000;
    bench.sandbox.asUser.update('people', personId(1), { jobTitle: 'told behind' });
    await bench.webhook('updated', personId(1));
    bench.sandbox.asUser.update('people', personId(2), { jobTitle: 'lost behind' });
    bench.sandbox.asUser.update('people', personId(5), { jobTitle: 'told ahead' });
    await bench.webhook('updated', personId(5));
    bench.sandbox.asUser.update('people', personId(6), { jobTitle: 'lost ahead' });
    addPerson(bench, 0, { jobTitle: 'lost behind' });
    addPerson(bench, 7, { jobTitle: 'lost ahead' });
    addPerson(bench, 8, { jobTitle: 'told ahead' });
    await bench.webhook('created', personId(8));
  };
  await bench.baseline();
  await bench.changes();
  await bench.webhook('updated', personId(6));
  await bench.changes();
  expect((await bench.inbox()).toSorted()).toEqual([
    'created 0 lost behind', 'created 7 lost ahead', 'created 8 told ahead', 'updated 1 told behind', 'updated 2 lost behind', 'updated 5 told ahead',
    'updated 6 lost ahead', 'updated 6 lost ahead stale',
  ]);
});

test('a baseline that was cut short goes on where it stood', async () => {
  bench = await openBench({ maxBatch: 2 });
  for (let n = 1; n <= 6; n += 1) addPerson(bench, n);
  bench.clockMs += MINUTE_MS;
  let pages = 0;
  bench.sandbox.beforeOperation = () => {
    pages += 1;
    if (pages === 3) throw new Error('the server stumbles');
  };
  await expect(bench.baseline()).rejects.toThrow();
  await bench.baseline();
  expect(pages).toBe(4);
  expect(await bench.changes()).toBe(0);
});
