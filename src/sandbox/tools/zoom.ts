import { randomBytes } from 'node:crypto';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

/** A past meeting. Without `summary` AI Companion has written none. */
interface ZoomMeeting {
  readonly uuid: string;
  readonly participants: readonly { readonly name: string; readonly user_email: string }[];
  readonly summary?: Readonly<Record<string, unknown>>;
}

const ACCOUNT = 'zoom-sandbox-account';
const CLIENT = 'zoom-sandbox-client';
const SECRET = 'zoom-sandbox-secret';

/** Zoom's API behind server-to-server OAuth: tokens that end, summaries, and participants by pages. */
export function zoomStandIn(meetings: readonly ZoomMeeting[] = [], { tokenSeconds = 3599, largestPage = 300 } = {}): StandIn & { put(meeting: ZoomMeeting): void; revokeTokens(): void } {
  const held = new Map(meetings.map((one) => [one.uuid, one]));
  const tokens = new Map<string, number>();
  return {
    name: 'zoom',
    stands: 'api.zoom.us',
    env: (url) => ({ ZOOM_BASE_URL: url, ZOOM_TOKEN_URL: `${url}/oauth/token`, ZOOM_ACCOUNT_ID: ACCOUNT, ZOOM_CLIENT_ID: CLIENT, ZOOM_CLIENT_SECRET: SECRET, ZOOM_WEBHOOK_SECRET: 'zoom-sandbox-hook-secret' }),
    put: (meeting) => void held.set(meeting.uuid, meeting),
    revokeTokens: () => tokens.clear(),
    answer(request) {
      if (request.path === '/oauth/token') return giveToken(request, tokens, tokenSeconds);
      const token = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
      if ((tokens.get(token) ?? 0) < Date.now()) return { status: 401, body: { code: 124, message: 'Invalid access token.' } };
      return answerMeeting(request, held, largestPage);
    },
    tooMany: () => ({ status: 429, body: { code: 429, message: 'You have reached the maximum per-second rate limit for this API. Try again later.' }, headers: { 'retry-after': '1' } }),
    broken: () => ({ status: 500, body: { code: 500, message: 'Internal server error' } }),
    save: () => [...held.values()],
    load: (saved) => (saved as ZoomMeeting[]).forEach((one) => held.set(one.uuid, one)),
  };
}

function giveToken({ method, headers, body, query }: ToolRequest, tokens: Map<string, number>, seconds: number): ToolAnswer {
  if (method !== 'POST') return { status: 405, body: { reason: 'Method not allowed', error: 'invalid_request' } };
  if (headers['authorization'] !== `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}`) return { status: 400, body: { reason: 'Invalid client_id or client_secret', error: 'invalid_client' } };
  const form = body === '' ? query : new URLSearchParams(body);
  if (form.get('grant_type') !== 'account_credentials') return { status: 400, body: { reason: 'unsupported grant type', error: 'unsupported_grant_type' } };
  if (form.get('account_id') !== ACCOUNT) return { status: 400, body: { reason: 'Bad Request', error: 'invalid_request' } };
  const token = randomBytes(24).toString('base64url');
  tokens.set(token, Date.now() + seconds * 1000);
  return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: seconds, scope: 'meeting:read:summary:admin meeting:read:list_past_participants:admin', api_url: 'https://api.zoom.us' } };
}

function answerMeeting({ method, path, query }: ToolRequest, held: ReadonlyMap<string, ZoomMeeting>, largestPage: number): ToolAnswer {
  const [, kind, id = ''] = /^\/v2\/(meetings|past_meetings)\/([^/]+)\/(?:meeting_summary|participants)$/.exec(path) ?? [];
  if (method !== 'GET' || kind === undefined) return { status: 404, body: { code: 2300, message: 'This API endpoint is not recognized.' } };
  const once = decodeURIComponent(id);
  // An id with a slash in front or two in a row is only recognised when it was encoded twice.
  const uuid = once.startsWith('/') || once.includes('//') ? '' : (held.has(once) ? once : decodeURIComponent(once));
  const meeting = held.get(uuid);
  if (meeting === undefined) return { status: 404, body: { code: 3001, message: `Meeting does not exist: ${once}.` } };
  if (kind === 'meetings') return meeting.summary === undefined ? { status: 404, body: { code: 3332, message: 'Meeting summary does not exist.' } } : { status: 200, body: { meeting_uuid: meeting.uuid, ...meeting.summary } };
  const size = Number(query.get('page_size') ?? 30);
  if (!Number.isInteger(size) || size < 1 || size > 300) return { status: 300, body: { code: 300, message: 'The value of “page_size” must be between 1 and 300.' } };
  const from = Number(query.get('next_page_token') ?? 0);
  const page = meeting.participants.slice(from, from + Math.min(size, largestPage));
  const next = from + page.length;
  return {
    status: 200,
    body: {
      page_count: Math.ceil(meeting.participants.length / size), page_size: size, total_records: meeting.participants.length, next_page_token: next < meeting.participants.length ? String(next) : '',
      participants: page.map((one, index) => ({ id: `p${String(from + index)}`, user_id: '', registrant_id: '', join_time: '', leave_time: '', duration: 0, failover: false, status: 'in_meeting', ...one })),
    },
  };
}
