import { ConnectorError } from '../../domain/failure.ts';
import type { Feed, FeedCursor, FeedPage } from '../feed.ts';
import { createGenericClient } from '../generic/client.ts';
import { atPage, nextPage, type PageInput, pageInput, valueAt } from '../generic/pages.ts';
import type { GenericOperation } from '../generic/settings.ts';
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
      const answer = await client.fetch(operationFor(settings, place.cursor), { since: place.since, ...pageInput(settings.pages, place.cursor) }, call, { headers, answers: first ? [304] : [] });
      if (answer.status === 304) return { kind: 'unchanged' };
      const page = pageOf(settings, place.cursor, answer);
      // The ETag of one page says nothing of the others.
      return page.kind === 'unchanged' || (first && (settings.etag === 'whole' || page.next === undefined)) ? page : { ...page, etag: undefined };
    },
  };
  return { feed };
};

interface Asked extends PageInput {
  readonly since: string | undefined;
}

function operationFor({ method, path, query, body, pages, url }: GenericFeedSettings, cursor: FeedCursor | undefined): GenericOperation<Asked> {
  const asked: GenericOperation<Asked> = { method, path, query, as: 'json', notFound: [], ...(body === undefined ? {} : { body }) };
  return atPage<Asked, GenericOperation<Asked>>(SERVICE, asked, pages, url, cursor);
}

function pageOf(settings: GenericFeedSettings, cursor: FeedCursor | undefined, answer: HttpAnswer): FeedPage {
  const etag = answer.headers['etag'];
  const contentType = answer.headers['content-type'] ?? '';
  const format = settings.format === 'auto' ? formatOf(contentType) : settings.format;
  if (format !== 'json') {
    const empty = answer.body.byteLength === 0;
    const type = format === 'csv' ? withCharset('text/csv', contentType) : 'application/x-ndjson';
    return { kind: 'body', body: answer.body, contentType: type, etag, next: empty ? undefined : nextPage(SERVICE, settings.pages, settings.url, cursor, answer, undefined, undefined) };
  }
  const json = answer.body.byteLength === 0 ? [] : answer.json();
  const found = settings.records === undefined ? json : valueAt(SERVICE, settings.records, json);
  if (!Array.isArray(found)) throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: ${settings.records ?? 'the answer'} is no list of rows`);
  return { kind: 'rows', rows: found, etag, next: nextPage(SERVICE, settings.pages, settings.url, cursor, answer, json, found.length) };
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
