import { search } from '@jmespath-community/jmespath';
import { ConnectorError } from '../../domain/failure.ts';
import type { Feed, FeedCursor, FeedPage, FeedPlace } from '../feed.ts';
import { createGenericClient } from '../generic/client.ts';
import type { GenericOperation, Template } from '../generic/settings.ts';
import type { HttpAnswer } from '../http/client.ts';
import type { OpenTool } from '../tool.ts';
import type { GenericFeedSettings } from './index.ts';

const SERVICE = 'feed';

/** Opens a feed that is configured instead of coded. */
export const openGenericFeed: OpenTool<GenericFeedSettings> = (settings, context) => {
  const client = createGenericClient(SERVICE, { ...settings, maxAnswerBytes: settings.maxAnswerMegabytes * 1024 * 1024 }, context);
  const feed: Feed = {
    service: SERVICE,
    async page(place, call) {
      const first = place.cursor === undefined;
      const conditional: Readonly<Record<string, string>> = settings.etag !== 'off' && first && place.etag !== undefined ? { 'if-none-match': place.etag } : {};
      const headers = { accept: 'application/json, application/x-ndjson, text/csv;q=0.9, */*;q=0.1', ...conditional };
      const answer = await client.fetch(operationFor(settings, place), { since: place.since }, call, { headers, answers: first ? [304] : [] });
      if (answer.status === 304) return { kind: 'unchanged' };
      const page = pageOf(settings, place.cursor, answer);
      // The ETag of one page says nothing of the others.
      return page.kind === 'unchanged' || (first && (settings.etag === 'whole' || page.next === undefined)) ? page : { ...page, etag: undefined };
    },
  };
  return { feed };
};

interface Asked {
  readonly since: string | undefined;
}

function operationFor({ method, path, query, body, pages, url }: GenericFeedSettings, { cursor }: FeedPlace): GenericOperation<Asked> {
  const common = { method, as: 'json', notFound: [], ...(body === undefined ? {} : { body }) } as const;
  // The address of a next page is whole: it says all that is asked.
  if (typeof cursor?.['url'] === 'string') {
    const whole = sameHost(cursor['url'], url);
    return { ...common, path: () => whole };
  }
  return { ...common, path, query: { ...query, ...paramsOf(pages, cursor) } };
}

function paramsOf(pages: GenericFeedSettings['pages'], cursor: FeedCursor | undefined): Readonly<Record<string, Template>> {
  switch (pages?.by) {
    case undefined:
    case 'link':
      return {};
    case 'cursor':
      return cursor === undefined ? {} : { [pages.param]: cursor['cursor']! };
    case 'page':
      return { [pages.param]: cursor?.['page'] ?? pages.first, ...(pages.size === undefined ? {} : { [pages.size.param]: pages.size.rows }) };
    case 'offset':
      return { [pages.param]: cursor?.['offset'] ?? 0, [pages.size.param]: pages.size.rows };
  }
}

function pageOf(settings: GenericFeedSettings, cursor: FeedCursor | undefined, answer: HttpAnswer): FeedPage {
  const etag = answer.headers['etag'];
  const contentType = answer.headers['content-type'] ?? '';
  const format = settings.format === 'auto' ? formatOf(contentType) : settings.format;
  if (format !== 'json') {
    const empty = answer.body.byteLength === 0;
    const type = format === 'csv' ? withCharset('text/csv', contentType) : 'application/x-ndjson';
    return { kind: 'body', body: answer.body, contentType: type, etag, next: empty ? undefined : nextOf(settings, cursor, answer, undefined, undefined) };
  }
  const json = answer.body.byteLength === 0 ? [] : answer.json();
  const found = settings.records === undefined ? json : valueAt(settings.records, json);
  if (!Array.isArray(found)) throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: ${settings.records ?? 'the answer'} is no list of rows`);
  return { kind: 'rows', rows: found, etag, next: nextOf(settings, cursor, answer, json, found.length) };
}

/** `rows`: how many this page holds, where that is known; a page without any is the last. */
function nextOf({ pages, url }: GenericFeedSettings, cursor: FeedCursor | undefined, answer: HttpAnswer, json: unknown, rows: number | undefined): FeedCursor | undefined {
  const short = (size: number | undefined): boolean => rows === 0 || (rows !== undefined && size !== undefined && rows < size);
  switch (pages?.by) {
    case undefined:
      return undefined;
    case 'cursor': {
      const next = json === undefined ? answer.headers[pages.next.toLowerCase()] : valueAt(pages.next, json);
      if ((typeof next !== 'string' && typeof next !== 'number') || next === '') return undefined;
      return moved({ cursor: next }, cursor);
    }
    case 'page':
      return short(pages.size?.rows) ? undefined : { page: Number(cursor?.['page'] ?? pages.first) + 1 };
    case 'offset':
      return short(pages.size.rows) ? undefined : { offset: Number(cursor?.['offset'] ?? 0) + pages.size.rows };
    case 'link': {
      const next = pages.next === undefined || json === undefined ? linkedNext(answer.headers['link']) : valueAt(pages.next, json);
      if (typeof next !== 'string' || next === '') return undefined;
      return moved({ url: sameHost(next, url) }, cursor);
    }
  }
}

function moved(next: FeedCursor, last: FeedCursor | undefined): FeedCursor {
  if (JSON.stringify(next) === JSON.stringify(last)) throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: the next page it names is the one it has just given`);
  return next;
}

/** Credentials go to their own host only, so a page elsewhere is not fetched. */
function sameHost(next: string, base: string): string {
  const target = URL.parse(next, `${base.replace(/\/+$/, '')}/`);
  if (target === null || target.origin !== new URL(base).origin) throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: the next page it names is at another address`);
  return target.href;
}

function linkedNext(header: string | undefined): string | undefined {
  for (const [, address, params] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(params ?? '')) return address;
  }
  return undefined;
}

function formatOf(contentType: string): 'json' | 'ndjson' | 'csv' {
  if (/ndjson|jsonl|jsonlines|json-seq/i.test(contentType)) return 'ndjson';
  if (/csv|tab-separated/i.test(contentType)) return 'csv';
  return 'json';
}

function withCharset(type: string, contentType: string): string {
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1];
  return charset === undefined ? type : `${type}; charset=${charset}`;
}

function valueAt(path: string, json: unknown): unknown {
  try {
    return search(json as never, path) as unknown;
  } catch (cause) {
    throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: “${path}” in the configuration is no JMESPath: ${(cause as Error).message}`, { cause });
  }
}
