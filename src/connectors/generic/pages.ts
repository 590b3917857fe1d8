import { search } from '@jmespath-community/jmespath';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import type { GenericOperation, Paging, Template } from './settings.ts';

/** Where in a list to go on: the cursor, the number or the address of a page. Plain data. */
export type PagePlace = Readonly<Record<string, string | number>>;

/** What `{cursor}`, `{page}` and `{offset}` stand for. */
export interface PageInput {
  readonly cursor?: string | number | undefined;
  readonly page?: number | undefined;
  readonly offset?: number | undefined;
}

type Requests<I> = Pick<GenericOperation<I>, 'path' | 'query' | 'body'>;

/** The request for a page: at `place`, from the beginning when that is undefined. */
export function atPage<I, O extends Requests<I>>(service: string, operation: O, pages: Paging | undefined, base: string, place: PagePlace | undefined): O {
  // The address of a next page is whole: it says all that is asked.
  if (typeof place?.['url'] === 'string') {
    const whole = sameHost(service, place['url'], base);
    return { ...operation, path: () => whole, query: undefined };
  }
  const params = paramsOf(operation, pages, place);
  const { query } = operation;
  if (typeof query === 'function') return { ...operation, query: (input: I) => ({ ...(query(input) as object), ...params }) };
  return { ...operation, query: { ...(query as Readonly<Record<string, Template>> | undefined), ...params } };
}

export function pageInput(pages: Paging | undefined, place: PagePlace | undefined): PageInput {
  if (pages?.by === 'cursor') return { cursor: place?.['cursor'] };
  if (pages?.by === 'page') return { page: Number(place?.['page'] ?? pages.first) };
  return pages?.by === 'offset' ? { offset: Number(place?.['offset'] ?? 0) } : {};
}

/**
 * The page after this one; undefined when there is none. `rows`: how many this one holds, where that is known; a page without any is the last.
 * Throws `malformed` when the answer names the page that it has just given.
 */
export function nextPage(
  service: string, pages: Paging | undefined, base: string, place: PagePlace | undefined, answer: HttpAnswer, json: unknown, rows: number | undefined,
): PagePlace | undefined {
  const short = (size: number | undefined): boolean => rows === 0 || (rows !== undefined && size !== undefined && rows < size);
  switch (pages?.by) {
    case undefined:
      return undefined;
    case 'cursor': {
      const next = json === undefined ? answer.headers[pages.next.toLowerCase()] : valueAt(service, pages.next, json);
      return (typeof next === 'string' && next !== '') || typeof next === 'number' ? moved(service, { cursor: next }, place) : undefined;
    }
    case 'page':
      return short(pages.size?.rows) ? undefined : { page: Number(place?.['page'] ?? pages.first) + 1 };
    case 'offset':
      return short(pages.size.rows) ? undefined : { offset: Number(place?.['offset'] ?? 0) + pages.size.rows };
    case 'link': {
      const next = pages.next === undefined || json === undefined ? linkedNext(answer.headers['link']) : valueAt(service, pages.next, json);
      return typeof next === 'string' && next !== '' ? moved(service, { url: sameHost(service, next, base) }, place) : undefined;
    }
  }
}

/** What stands in an answer where the configuration says. */
export function valueAt(service: string, path: string, json: unknown): unknown {
  try {
    return search(json as never, path) as unknown;
  } catch (cause) {
    throw new ConnectorError(service, 'rejected', `${service}: “${path}” in the configuration is no JMESPath: ${(cause as Error).message}`, { cause });
  }
}

function paramsOf<I>(operation: Requests<I>, pages: Paging | undefined, place: PagePlace | undefined): Readonly<Record<string, Template>> {
  if (pages === undefined || pages.by === 'link') return {};
  const [[name, value]] = Object.entries(pageInput(pages, place)) as [[string, string | number | undefined]];
  const size = 'size' in pages && pages.size !== undefined ? { [pages.size.param]: pages.size.rows } : {};
  return value === undefined || names(operation, name) ? size : { [pages.param]: value, ...size };
}

/** Whether a template of the request has a place for `{name}`. */
function names<I>({ path, query, body }: Requests<I>, name: string): boolean {
  return JSON.stringify([path, query, body]).includes(`{${name}}`);
}

function moved(service: string, next: PagePlace, last: PagePlace | undefined): PagePlace {
  if (JSON.stringify(next) === JSON.stringify(last)) throw new ConnectorError(service, 'malformed', `${service}: the next page it names is the one it has just given`);
  return next;
}

/** Credentials go to their own host only, so a page elsewhere is not fetched. */
function sameHost(service: string, next: string, base: string): string {
  const target = URL.parse(next, `${base.replace(/\/+$/, '')}/`);
  if (target === null || target.origin !== new URL(base).origin) throw new ConnectorError(service, 'malformed', `${service}: the next page it names is at another address`);
  return target.href;
}

function linkedNext(header: string | undefined): string | undefined {
  for (const [, address, params] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(params ?? '')) return address;
  }
  return undefined;
}
