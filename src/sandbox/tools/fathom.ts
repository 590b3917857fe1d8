import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

/** A meeting as Fathom's API answers it. */
interface FathomRecord {
  readonly recording_id: number;
  readonly created_at: string;
  readonly [field: string]: unknown;
}

const KEY = 'fathom-sandbox-key';
const PAGE = 10;
const KNOWN = new Set(['cursor', 'created_after', 'created_before', 'include_summary', 'include_action_items', 'include_transcript', 'include_crm_matches', 'calendar_invitees_domains_type', 'calendar_invitees_domains[]', 'recorded_by[]', 'teams[]']);

/** Fathom's list of meetings, newest first, over those that are put into it. Content comes only with the parameters that ask for it. */
export function fathomStandIn(meetings: readonly FathomRecord[] = []): StandIn & { put(meeting: FathomRecord): void } {
  const held = new Map(meetings.map((one) => [one.recording_id, one]));
  return {
    name: 'fathom',
    stands: 'api.fathom.ai',
    env: (url) => ({ FATHOM_BASE_URL: url, FATHOM_API_KEY: KEY, FATHOM_WEBHOOK_SECRET: 'whsec_c2FuZGJveC1mYXRob20tc2VjcmV0' }),
    put: (meeting) => void held.set(meeting.recording_id, meeting),
    answer(request) {
      if (request.headers['x-api-key'] !== KEY) return { status: 401, body: { error: 'Unauthorized' } };
      if (request.method !== 'GET' || request.path !== '/meetings') return { status: 404, body: { error: 'Not found' } };
      return list(request, [...held.values()].toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1)));
    },
    tooMany: () => ({ status: 429, body: { error: 'Too many requests' }, headers: { 'ratelimit-limit': '60', 'ratelimit-remaining': '0', 'ratelimit-reset': '1' } }),
    save: () => [...held.values()],
    load: (saved) => (saved as FathomRecord[]).forEach((one) => held.set(one.recording_id, one)),
  };
}

function list({ query }: ToolRequest, all: readonly FathomRecord[]): ToolAnswer {
  const strange = [...query.keys()].find((name) => !KNOWN.has(name));
  if (strange !== undefined) return { status: 400, body: { error: `Unknown parameter: ${strange}` } };
  for (const name of ['created_after', 'created_before']) {
    if (query.has(name) && Number.isNaN(Date.parse(query.get(name)!))) return { status: 400, body: { error: `Invalid ${name}: must be an ISO 8601 timestamp` } };
  }
  const [after, before] = [query.get('created_after'), query.get('created_before')].map((at) => (at === null ? undefined : Date.parse(at)));
  const cursor = query.get('cursor');
  const from = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64').toString());
  if (!Number.isInteger(from)) return { status: 400, body: { error: 'Invalid cursor' } };
  const fitting = all.filter(({ created_at }) => (after === undefined || Date.parse(created_at) > after) && (before === undefined || Date.parse(created_at) < before));
  const items = fitting.slice(from, from + PAGE).map((one) => ({
    ...one,
    default_summary: query.get('include_summary') === 'true' ? (one['default_summary'] ?? null) : null,
    action_items: query.get('include_action_items') === 'true' ? (one['action_items'] ?? null) : null,
    transcript: query.get('include_transcript') === 'true' ? (one['transcript'] ?? null) : null,
    crm_matches: null,
  }));
  return { status: 200, body: { limit: PAGE, next_cursor: from + PAGE < fitting.length ? Buffer.from(String(from + PAGE)).toString('base64') : null, items } };
}
