import { z } from 'zod';
import type { FailureKind } from '../../domain/failure.ts';
import type { Meeting } from '../../domain/meeting.ts';
import { actionItemsOf } from '../action-items.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson, type JsonCall, refusalOf } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { instantIn, linkIn, meetingOf, oneLineIn, participantOf, participantsOf, textIn } from '../meeting-shape.ts';
import type { OpenTool } from '../tool.ts';
import type { FirefliesSettings } from './index.ts';

/** Fireflies' GraphQL API: one query for all there is of a meeting (docs.fireflies.ai/graphql-api/query/transcript). */
export const openFireflies: OpenTool<FirefliesSettings> = ({ apiKey, baseUrl }, context) => {
  const http = context.http({ service: 'fireflies', rates: RATE_FORMS.fireflies });
  const key = context.secret(apiKey);
  return {
    recorder: {
      service: 'fireflies',
      async meeting({ id }, call) {
        const request: JsonCall<z.infer<typeof Answer>> = {
          service: 'fireflies', method: 'POST', url: `${baseUrl.replace(/\/+$/, '')}/graphql`, changes: false,
          headers: { authorization: `Bearer ${key()}` },
          body: { query: QUERY, variables: { id } },
          answers: [404], answer: Answer, refusal: saidBy,
        };
        const { body, raw } = await callJson(http, request, call);
        // Errors stand in the body, whatever the status.
        const code = firstError(raw)?.code;
        if (code === NOT_FOUND) return undefined;
        if (code !== undefined || body === undefined) throw refusalOf(request, raw);
        return body.data?.transcript == null ? undefined : meetingIn(body.data.transcript);
      },
    },
  };
};

const QUERY = `query Meeting($id: String!) { transcript(id: $id) {
  id title date duration transcript_url organizer_email participants
  meeting_attendees { displayName name email }
  summary { overview short_summary shorthand_bullet action_items }
  sentences { speaker_name text }
} }`;

const NOT_FOUND = 'object_not_found';

const text = z.string().nullish();
const Summary = z.object({ overview: text, short_summary: text, shorthand_bullet: text, action_items: z.union([z.string(), z.array(z.string())]).nullish() });
const Transcript = z.object({
  id: z.string(),
  title: text,
  /** Milliseconds since 1970; older meetings have a text. */
  date: z.union([z.number(), z.string()]).nullish(),
  /** Minutes. */
  duration: z.number().nullish(),
  transcript_url: text,
  organizer_email: text,
  participants: z.array(z.string()).nullish(),
  meeting_attendees: z.array(z.object({ displayName: text, name: text, email: text })).nullish(),
  summary: Summary.nullish(),
  sentences: z.array(z.object({ speaker_name: text, text })).nullish(),
});
const Answer = z.object({ data: z.object({ transcript: Transcript.nullish() }).nullish(), errors: z.array(z.unknown()).nullish() });

function meetingIn({ title, date, duration, transcript_url, organizer_email, participants, meeting_attendees, summary, sentences }: z.infer<typeof Transcript>): Meeting {
  const startedAt = instantIn(date);
  const people = participantsOf([
    ...(meeting_attendees ?? []).map(({ displayName, name, email }) => participantOf(displayName ?? name, email)),
    // One text may hold several addresses.
    ...(participants ?? []).flatMap((one) => one.split(',')).map((one) => participantOf(one)),
    participantOf(organizer_email),
  ]);
  const outline = textIn(summary?.shorthand_bullet);
  const overview = textIn(summary?.overview) ?? textIn(summary?.short_summary);
  const host = participantOf(organizer_email);
  return meetingOf({
    title: oneLineIn(title), startedAt,
    endedAt: startedAt === undefined || duration == null ? undefined : instantIn(Date.parse(startedAt) + duration * 60_000),
    url: linkIn(transcript_url),
    summary: overview === undefined ? outline : outline === undefined ? overview : `${overview}\n\n### Outline\n\n${outline}`,
    transcript: sentences?.flatMap(({ speaker_name, text: said }) => (textIn(said) === undefined ? [] : [{ ...(oneLineIn(speaker_name) === undefined ? {} : { speaker: oneLineIn(speaker_name)! }), text: textIn(said)! }])),
    actionItems: actionItemsOf(summary?.action_items),
    participants: people,
    host: host === undefined ? undefined : (people.find(({ email }) => email === host.email) ?? host),
  });
}

/** docs.fireflies.ai/miscellaneous/error-codes */
function saidBy(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } {
  const error = firstError(answer);
  if (error === undefined) return {};
  const kind: FailureKind | undefined = error.code === 'auth_failed' || error.code === 'forbidden' || error.code === 'account_cancelled' ? 'unauthorized' : answer.status < 400 || error.code === 'invalid_arguments' ? 'rejected' : undefined;
  return { ...(kind === undefined ? {} : { kind }), ...(error.message === undefined ? {} : { message: error.message }) };
}

const Errors = z.object({ errors: z.array(z.looseObject({ message: z.string().optional(), code: z.string().optional(), extensions: z.looseObject({ code: z.string().optional() }).optional() })).min(1) });

function firstError(answer: HttpAnswer): { readonly code: string; readonly message: string | undefined } | undefined {
  try {
    const { code, extensions, message } = Errors.parse(answer.json()).errors[0]!;
    return { code: code ?? extensions?.code ?? 'unknown', message };
  } catch {
    // No GraphQL answer: the status says what there is to say.
    return undefined;
  }
}
