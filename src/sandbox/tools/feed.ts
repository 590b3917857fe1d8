import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

type Row = Readonly<Record<string, string | number>>;

export interface FeedStandIn extends StandIn {
  /** What it hands out. */
  rows: readonly Row[];
}

const KEY = 'feed-sandbox-key';
const MOST = 500;

/**
 * An address that hands out contacts in every form a feed has: `/contacts` by cursor, `/pages`, `/offsets`, `/links`, and whole as `/contacts.csv`
 * and `/contacts.ndjson`. It wants a bearer token, refuses unknown cursors and sizes above 500, and knows ETags.
 */
export function feedStandIn(rows: readonly Row[] = CONTACTS): FeedStandIn {
  const standIn: FeedStandIn = {
    name: 'feed',
    stands: 'contacts.feed.example',
    rows,
    env: (url) => ({ FEED_URL: url, FEED_TOKEN: KEY }),
    answer(request) {
      if (request.headers['authorization'] !== `Bearer ${KEY}`) return { status: 401, body: { error: { message: 'Invalid or missing token' } }, headers: { 'www-authenticate': 'Bearer' } };
      if (request.method !== 'GET') return { status: 405, body: { error: { message: 'Method not allowed' } }, headers: { allow: 'GET' } };
      const etag = `"${digest(JSON.stringify(standIn.rows))}"`;
      if (request.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
      const answer = route(request, standIn.rows);
      return answer.status === 200 ? { ...answer, headers: { etag, ...answer.headers } } : answer;
    },
    tooMany: () => ({ status: 429, body: { error: { message: 'Too many requests' } }, headers: { 'retry-after': '1' } }),
    save: () => standIn.rows,
    load: (saved) => void (standIn.rows = saved as readonly Row[]),
  };
  return standIn;
}

function route({ path, query, url }: ToolRequest, rows: readonly Row[]): ToolAnswer {
  const size = Number(query.get('limit') ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > MOST) return refusal(`limit must be a whole number from 1 to ${String(MOST)}`);
  const slice = (from: number): readonly Row[] => rows.slice(from, from + size);
  switch (path) {
    case '/contacts': {
      const cursor = query.get('cursor');
      const from = cursor === null ? 0 : Number(/^c(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
      if (Number.isNaN(from)) return refusal('cursor is not known');
      return { status: 200, body: { data: { items: slice(from) }, meta: { next_cursor: from + size < rows.length ? `c${String(from + size)}` : null } } };
    }
    case '/pages': {
      const page = Number(query.get('page') ?? 1);
      return Number.isInteger(page) && page >= 1 ? { status: 200, body: slice((page - 1) * size) } : refusal('page must be a whole number from 1 on');
    }
    case '/offsets': {
      const offset = Number(query.get('offset') ?? 0);
      return Number.isInteger(offset) && offset >= 0 ? { status: 200, body: { results: slice(offset), total: rows.length } } : refusal('offset must be a whole number');
    }
    case '/links': {
      const from = Number(query.get('after') ?? 0);
      const more = from + size < rows.length;
      return { status: 200, body: slice(from), ...(more ? { headers: { link: `<${url}/links?limit=${String(size)}&after=${String(from + size)}>; rel="next", <${url}/links>; rel="first"` } } : {}) };
    }
    case '/contacts.csv':
      return { status: 200, type: 'text/csv; charset=utf-8', body: csvOf(rows) };
    case '/contacts.ndjson':
      return { status: 200, type: 'application/x-ndjson', body: rows.map((row) => `${JSON.stringify(row)}\n`).join('') };
    default:
      return { status: 404, body: { error: { message: 'There is nothing here' } } };
  }
}

function refusal(message: string): ToolAnswer {
  return { status: 422, body: { error: { message } } };
}

function csvOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cell = (value: string | number | undefined): string => (/[",\n\r]/.test(String(value ?? '')) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ''));
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join('\r\n');
}

/** FNV-1a, enough to tell one state from another. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

const CONTACTS: readonly Row[] = [
  { id: 'F-1', name: 'Ines Moreau', email: 'ines.moreau@lakeside.example', title: 'Head of Purchasing', company: 'Lakeside Foods', website: 'lakeside.example' },
  { id: 'F-2', name: 'Tomas Lind', email: 'tomas.lind@lakeside.example', title: 'Buyer', company: 'Lakeside Foods', website: 'lakeside.example' },
  { id: 'F-3', name: 'Priya Nair', email: 'priya@brightharbor.example', title: 'Operations Manager', company: 'Bright Harbor', website: 'brightharbor.example' },
];
