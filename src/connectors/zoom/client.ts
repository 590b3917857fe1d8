import { z } from 'zod';
import { ConnectorError, type FailureKind } from '../../domain/failure.ts';
import type { Meeting, Participant } from '../../domain/meeting.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson, type JsonCall } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { participantOf, participantsOf } from '../meeting-shape.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { wordsIn } from '../words-in.ts';
import type { ZoomSettings } from './index.ts';
import { createZoomTokens } from './token.ts';
import { meetingIn, ZoomSummary } from './webhook.ts';

/** Participants come by 300 (developers.zoom.us/docs/api/meetings, “Get past meeting participants”). */
const PAGE = 300;
const MOST_PAGES = 10;

/** Zoom's API: the summary where it is missing, and who took part. */
export const openZoom: OpenTool<ZoomSettings> = (settings, context) => {
  const http = context.http({ service: 'zoom', rates: RATE_FORMS.standard });
  const tokens = createZoomTokens(settings, context);
  const base = settings.baseUrl.replace(/\/+$/, '');

  async function get<T>(path: string, answer: z.ZodType<T>, call: ToolCall, query: JsonCall<T>['query'] = {}): Promise<T | undefined> {
    const { token, fresh, call: next } = await tokens.take(call);
    const request: JsonCall<T> = { service: 'zoom', method: 'GET', url: `${base}${path}`, query, headers: { authorization: `Bearer ${token}` }, answers: [404], answer, refusal: saidBy };
    try {
      return (await callJson(http, request, next)).body;
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'unauthorized') throw error;
      tokens.forget(token);
      // A token may be taken back before its time; only a new one that is refused says that the credentials are wrong.
      if (fresh) throw error;
      return get(path, answer, midway(call), query);
    }
  }

  async function participants(id: string, call: ToolCall): Promise<readonly Participant[] | undefined> {
    const found: (Participant | undefined)[] = [];
    let next: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await get(`/v2/past_meetings/${encoded(id)}/participants`, Participants, page === 0 ? call : midway(call), { page_size: PAGE, next_page_token: next });
      if (answer === undefined) return undefined;
      found.push(...answer.participants.map(({ name, user_email }) => participantOf(name, user_email)));
      if (answer.next_page_token === undefined || answer.next_page_token === null || answer.next_page_token === '') break;
      next = answer.next_page_token;
    }
    return participantsOf(found);
  }

  return {
    recorder: {
      service: 'zoom',
      async meeting({ id, hints }, call) {
        const here = hints?.['summary'] === 'here';
        const summary = here ? undefined : await get(`/v2/meetings/${encoded(id)}/meeting_summary`, ZoomSummary, call);
        const people = await participants(id, here ? call : midway(call));
        if (summary === undefined && people === undefined) return undefined;
        const meeting: Meeting = summary === undefined ? {} : meetingIn(summary);
        const all = participantsOf([...(people ?? []), ...(meeting.participants ?? [])]);
        return { ...meeting, ...(all.length === 0 ? {} : { participants: all }) };
      },
    },
  };
};

const Participants = z.object({ participants: z.array(z.object({ name: z.string().nullish(), user_email: z.string().nullish() })), next_page_token: z.string().nullish() });

/** An id that begins with a slash or holds two in a row has to be encoded twice, as Zoom's documentation says of UUIDs. */
function encoded(uuid: string): string {
  const once = encodeURIComponent(uuid);
  return uuid.startsWith('/') || uuid.includes('//') ? encodeURIComponent(once) : once;
}

function midway(call: ToolCall): ToolCall {
  return { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) };
}

/** 4711: the app lacks a scope, which is answered with 400. */
function saidBy(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } {
  const message = wordsIn(answer, ['message', 'reason']);
  const lacksScope = /"code"\s*:\s*4711\b/.test(answer.text());
  return { ...(lacksScope ? { kind: 'unauthorized' as const } : {}), ...(message === undefined ? {} : { message }) };
}
