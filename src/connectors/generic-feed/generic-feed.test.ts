import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type FeedStandIn, feedStandIn } from '../../sandbox/tools/feed.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import type { Feed, FeedCursor } from '../feed.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openGenericFeed } from './client.ts';
import { type genericFeed, GenericFeedSettings } from './index.ts';

type Input = Parameters<typeof genericFeed>[0];

const settings = (url: string, more: Partial<Input> = {}): GenericFeedSettings =>
  GenericFeedSettings.parse({ url, auth: { bearer: secret('FEED_TOKEN') }, path: '/contacts', records: 'data.items', ...more });

keepsTheContract('the generic feed', {
  standIn: feedStandIn,
  open: openGenericFeed,
  settings: (url) => settings(url, { pages: { by: 'cursor', next: 'meta.next_cursor', param: 'cursor' } }),
  act: (tool) => tool.feed!.page({}, freely),
  changes: false,
  refused: { act: (tool) => tool.feed!.page({ cursor: { cursor: 'bogus' } }, freely), says: /cursor is not known/ },
});

const rows = Array.from({ length: 7 }, (_, n) => ({ id: `R-${String(n)}`, note: n === 3 ? 'a "quoted", text' : 'plain' }));

let standIn: FeedStandIn;
let sandbox: SandboxTools | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

async function feedWith(more: Partial<Input>): Promise<Feed> {
  standIn = feedStandIn(rows);
  sandbox = await startSandboxTools([standIn]);
  return openGenericFeed(settings(sandbox.urlOf('feed'), more), toolContext(sandbox.env)).feed!;
}

async function walk(feed: Feed): Promise<readonly unknown[][]> {
  const pages: unknown[][] = [];
  for (let cursor: FeedCursor | undefined, more = true; more; ) {
    const page = await feed.page({ cursor }, freely);
    if (page.kind !== 'rows') throw new Error(page.kind);
    pages.push([...page.rows]);
    cursor = page.next;
    more = cursor !== undefined;
  }
  return pages;
}

test.each([
  ['a cursor', { path: '/contacts', query: { limit: 3 }, pages: { by: 'cursor', next: 'meta.next_cursor', param: 'cursor' } }],
  ['page numbers', { path: '/pages', records: undefined, pages: { by: 'page', size: { param: 'limit', rows: 3 } } }],
  ['an offset', { path: '/offsets', records: 'results', pages: { by: 'offset', size: { param: 'limit', rows: 3 } } }],
  ['the header Link', { path: '/links', records: undefined, query: { limit: 3 }, pages: { by: 'link' } }],
] as const)('all pages by %s, each row once', async (_name, more) => {
  const pages = await walk(await feedWith(more as Partial<Input>));
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
  expect(pages.flat()).toEqual(rows);
});

test('CSV and NDJSON come as bodies, to be parsed like any other', async () => {
  const csv = await (await feedWith({ path: '/contacts.csv', records: undefined })).page({}, freely);
  await sandbox!.close();
  const lines = await (await feedWith({ path: '/contacts.ndjson', records: undefined })).page({}, freely);
  expect(csv).toMatchObject({ kind: 'body', contentType: 'text/csv; charset=utf-8', next: undefined });
  expect(lines).toMatchObject({ kind: 'body', contentType: 'application/x-ndjson' });
});

test('what has not changed since the ETag is not sent again', async () => {
  const feed = await feedWith({});
  const first = await feed.page({}, freely);
  const { etag } = first as { etag?: string };
  const again = await feed.page({ etag }, freely);
  standIn.rows = rows.slice(1);
  expect(again).toEqual({ kind: 'unchanged' });
  expect(await feed.page({ etag }, freely)).toMatchObject({ kind: 'rows' });
});

test('a next page on another host is not fetched: the credentials stay at home', async () => {
  const feed = await feedWith({ path: '/links', records: undefined, query: { limit: 3 }, pages: { by: 'link' } });
  await expect(feed.page({ cursor: { url: 'https://elsewhere.example/links' } }, freely)).rejects.toMatchObject({ kind: 'malformed' });
});
