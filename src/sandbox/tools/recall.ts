import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

/** A bot's meeting. Without `words` its transcript is not there yet. */
export interface RecallMeeting {
  readonly botId: string;
  readonly recordingId: string;
  readonly title: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly participants: readonly { readonly id: number; readonly name: string | null; readonly is_host: boolean | null; readonly email?: string | null }[];
  readonly words?: readonly { readonly participant: number | null; readonly text: string }[];
}

const KEY = 'recall-sandbox-key';

/** Recall.ai's bots and recordings (docs.recall.ai/reference); downloads lie behind signed addresses that take no other credentials. */
export function recallStandIn(meetings: readonly RecallMeeting[] = []): StandIn & { put(meeting: RecallMeeting): void } {
  const held = new Map(meetings.map((one) => [one.botId, one]));
  const answer = (request: ToolRequest): ToolAnswer => {
    const [, kind, id] = /^\/api\/v1\/download\/(transcript|participants)\/([\w-]+)$/.exec(request.path) ?? [];
    if (kind !== undefined) return download(request, kind, [...held.values()].find(({ recordingId }) => recordingId === id));
    if (request.headers['authorization'] !== `Token ${KEY}`) return { status: 401, body: { code: 'authentication_failed', detail: 'Invalid API token' } };
    const [, object, name = ''] = /^\/api\/v1\/(bot|recording)\/([^/]+)\/$/.exec(request.path) ?? [];
    if (request.method !== 'GET' || object === undefined) return { status: 404, body: { detail: 'Not found.' } };
    if (!/^[0-9a-f-]{36}$/.test(name)) return { status: 400, body: { code: 'validation_error', detail: `“${name}” is not a valid UUID.` } };
    const found = object === 'bot' ? held.get(name) : [...held.values()].find(({ recordingId }) => recordingId === name);
    if (found === undefined) return { status: 404, body: { code: 'not_found', detail: 'Not found.' } };
    const recording = recordingOf(found, request.url);
    return { status: 200, body: object === 'recording' ? recording : { id: found.botId, meeting_url: { platform: 'zoom' }, bot_name: 'Notetaker', metadata: {}, status_changes: [], recordings: [recording] } };
  };
  return {
    name: 'recall',
    stands: 'us-west-2.recall.ai',
    env: (url) => ({ RECALL_BASE_URL: url, RECALL_API_KEY: KEY, RECALL_WEBHOOK_SECRET: 'whsec_c2FuZGJveC1yZWNhbGwtc2VjcmV0' }),
    put: (meeting) => void held.set(meeting.botId, meeting),
    answer,
    tooMany: () => ({ status: 429, body: { detail: 'Request was throttled. Expected available in 1 second.' }, headers: { 'retry-after': '1' } }),
    broken: () => ({ status: 503, body: 'Service Unavailable' }),
    save: () => [...held.values()],
    load: (saved) => (saved as RecallMeeting[]).forEach((one) => held.set(one.botId, one)),
  };
}

function recordingOf({ recordingId, title, startedAt, completedAt, words }: RecallMeeting, url: string): object {
  const status = { code: 'done', sub_code: null, updated_at: completedAt };
  const at = (kind: string): string => `${url}/api/v1/download/${kind}/${recordingId}?token=signed`;
  const shortcut = (data: object): object => ({ id: recordingId, created_at: startedAt, status, metadata: {}, data });
  return {
    id: recordingId, created_at: startedAt, started_at: startedAt, completed_at: completedAt, expires_at: null, status, metadata: {},
    media_shortcuts: {
      video_mixed: null, audio_mixed: null,
      transcript: words === undefined ? null : { ...shortcut({ download_url: at('transcript'), provider_data_download_url: null }), diarization: null, provider: { meeting_captions: {} } },
      participant_events: shortcut({ participant_events_download_url: at('participant_events'), speaker_timeline_download_url: at('speaker_timeline'), participants_download_url: at('participants') }),
      meeting_metadata: shortcut({ title, zoom: null }),
    },
  };
}

function download({ query, headers }: ToolRequest, kind: string, meeting: RecallMeeting | undefined): ToolAnswer {
  if (headers['authorization'] !== undefined) return { status: 400, body: 'Only one auth mechanism allowed', type: 'text/plain' };
  if (query.get('token') !== 'signed' || meeting === undefined) return { status: 403, body: 'AccessDenied', type: 'text/plain' };
  const takers = meeting.participants.map((one) => ({ platform: 'desktop', extra_data: null, email: null, ...one }));
  if (kind === 'participants') return { status: 200, body: takers };
  return { status: 200, body: (meeting.words ?? []).map(({ participant, text }, index) => ({
    participant: takers.find(({ id }) => id === participant) ?? null, language_code: 'en',
    words: text.split(' ').map((word) => ({ text: word, start_timestamp: { relative: index, absolute: meeting.startedAt }, end_timestamp: { relative: index + 1, absolute: meeting.startedAt } })),
  })) };
}
