import { afterEach, beforeEach, expect, test } from 'vitest';
import { freely } from '../tool.fixture.ts';
import { contacts, type RecordsRig, recordsRig } from './generic-counterpart.fixture.ts';
import type { GenericCounterpartInput } from './settings.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
let at: number;
let rig: RecordsRig | undefined;
beforeEach(() => void (at = START));
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** Records that were made on the hour, one after the other, before the API's clock says nine. */
async function held(count: number, more: Partial<GenericCounterpartInput> = {}): Promise<RecordsRig> {
  rig = await recordsRig(more, { now: () => at });
  at = START - 3_600_000;
  for (let n = 1; n <= count; n += 1) rig.standIn.add({ email: `p${String(n)}@acme.example` });
  at = START;
  return rig;
}

async function walk(tool: RecordsRig['tool'], cursor: string | undefined): Promise<{ readonly pages: readonly (readonly string[])[]; readonly cursor: string }> {
  const pages: string[][] = [];
  for (let place = cursor; ; ) {
    const page = await tool.changes(contacts, place, freely);
    pages.push(page.records.map(({ id }) => id));
    place = page.cursor;
    if (!page.more) return { pages, cursor: place };
  }
}

test('without a cursor changes count from now on, by the clock of the API', async () => {
  const { tool } = await held(3);
  const first = await tool.changes(contacts, undefined, freely);
  expect([first.records, first.more, JSON.parse(first.cursor)]).toEqual([[], false, { since: START - 120_000 }]);
});

test('what changed comes page by page, again for the time of the overlap, and then no more', async () => {
  const { tool, standIn } = await held(4);
  const { cursor } = await tool.changes(contacts, undefined, freely);
  at += 60_000;
  for (const id of ['con_0001', 'con_0003', 'con_0004']) standIn.edit(id, { job_title: 'CEO' });
  at += 60_000;
  const one = await walk(tool, cursor);
  at += 60_000;
  const two = await walk(tool, one.cursor);
  at += 120_000;
  const three = await walk(tool, (await walk(tool, two.cursor)).cursor);
  expect([one.pages, two.pages, three.pages]).toEqual([[['con_0001', 'con_0003'], ['con_0004']], [['con_0001', 'con_0003'], ['con_0004']], [[]]]);
});

test('a record that is committed late, with a time that was read already, comes with the next walk', async () => {
  const { tool, standIn } = await held(1);
  const { cursor } = await tool.changes(contacts, undefined, freely);
  at += 60_000;
  const { cursor: next } = await walk(tool, cursor);
  at -= 20_000;
  standIn.edit('con_0001', { job_title: 'CEO' });
  at += 60_000;
  expect((await walk(tool, next)).pages).toEqual([['con_0001']]);
});

test('records that move while numbered pages are walked are read again by the next walk', async () => {
  const { tool, standIn } = await held(0, { changes: { query: { updated_since: '{since}' }, items: 'data', pages: { by: 'page', size: { param: 'limit', rows: 2 } }, overlapSeconds: 0 } });
  const { cursor } = await tool.changes(contacts, undefined, freely);
  for (let n = 1; n <= 4; n += 1, at += 1_000) standIn.add({ email: `p${String(n)}@acme.example` });
  const first = await tool.changes(contacts, cursor, freely);
  at += 1_000;
  // The first moves behind the last, and the third to the page that has been read.
  standIn.edit('con_0001', { job_title: 'CEO' });
  const rest = await walk(tool, first.cursor);
  at += 1_000;
  const again = await walk(tool, rest.cursor);
  expect([first.records.map(({ id }) => id), rest.pages]).toEqual([['con_0001', 'con_0002'], [['con_0004', 'con_0001'], []]]);
  expect(again.pages.flat()).toContain('con_0003');
  at += 1_000;
  expect((await walk(tool, again.cursor)).pages).toEqual([[]]);
});

test('a page that is no longer known after a while is no dead end: the walk begins anew', async () => {
  const { tool, standIn } = await held(0);
  const { cursor } = await tool.changes(contacts, undefined, freely);
  for (let n = 1; n <= 3; n += 1) standIn.add({ email: `p${String(n)}@acme.example` });
  const named = JSON.parse((await tool.changes(contacts, cursor, freely)).cursor) as object;
  const stale = JSON.stringify({ ...named, place: { cursor: 'expired' }, namedAt: Date.now() - 3_600_000 });
  const fresh = JSON.stringify({ ...named, place: { cursor: 'mistaken' } });
  expect((await walk(tool, stale)).pages.flat()).toEqual(['con_0001', 'con_0002', 'con_0003']);
  await expect(tool.changes(contacts, fresh, freely)).rejects.toMatchObject({ kind: 'rejected' });
});

test('records that are told to be gone come as ids, and a cursor of another connection is told with a remedy', async () => {
  const { tool, standIn } = await held(2, { gone: "job_title == 'left'" });
  const { cursor } = await tool.changes(contacts, undefined, freely);
  at += 1_000;
  standIn.edit('con_0001', { job_title: 'left' });
  standIn.edit('con_0002', { job_title: 'CEO' });
  expect(await tool.changes(contacts, cursor, freely)).toMatchObject({ records: [{ id: 'con_0002' }], gone: ['con_0001'] });
  await expect(tool.changes(contacts, '{"at":"2026-01-01","id":""}', freely)).rejects.toMatchObject({ message: expect.stringContaining('carry out the first load anew') as string });
});

test('an API that cannot tell what changed is read as a whole, and its times may be Unix times', async () => {
  const { tool } = await held(2, { changedAt: 'to_number(score)', changes: { items: 'data' } });
  rig!.standIn.edit('con_0001', { score: 1_772_442_000 });
  const { cursor } = await tool.changes(contacts, undefined, freely);
  expect((await tool.changes(contacts, cursor, freely)).records).toMatchObject([{ id: 'con_0001', changedAtMs: 1_772_442_000_000 }, { id: 'con_0002' }]);
});
