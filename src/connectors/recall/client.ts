import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { Meeting, Speech } from '../../domain/meeting.ts';
import type { HttpClient } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { instantIn, meetingOf, oneLineIn, participantOf, participantsOf, textIn } from '../meeting-shape.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { wordsIn } from '../words-in.ts';
import type { RecallSettings } from './index.ts';

/**
 * Recall.ai's API: the bot with its recordings, then what was said and who took part, each behind an address of its own that lasts some
 * hours. It writes no summary: `summarise` in the configuration can, else what was said goes into the note.
 */
export const openRecall: OpenTool<RecallSettings> = ({ apiKey, region, baseUrl }, context) => {
  const http = context.http({ service: 'recall', rates: RATE_FORMS.standard });
  const key = context.secret(apiKey);
  const url = (baseUrl ?? `https://${region}.recall.ai`).replace(/\/+$/, '');
  return {
    recorder: {
      service: 'recall',
      async meeting({ id, hints }, call) {
        const kind = hints?.['kind'] === 'recording' ? 'recording' : 'bot';
        const { body } = await callJson(http, {
          service: 'recall', method: 'GET', url: `${url}/api/v1/${kind}/${encodeURIComponent(id)}/`, headers: { authorization: `Token ${key()}` },
          answers: [404], answer: kind === 'bot' ? Bot : Recording.transform((one) => ({ recordings: [one] })),
          refusal: (answer) => ({ message: wordsIn(answer, ['detail', 'message', 'code']) }),
        }, call);
        if (body === undefined) return undefined;
        const parts: Meeting[] = [];
        for (const recording of body.recordings) parts.push(await readRecording(http, recording, { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) }));
        return parts.reduce<Meeting>(together, {});
      },
    },
  };
};

const media = <T extends z.ZodRawShape>(data: T) => z.object({ data: z.object(data).nullish() }).nullish();
const address = z.string().nullish();
const Recording = z.object({
  started_at: address, completed_at: address,
  media_shortcuts: z.object({ transcript: media({ download_url: address }), participant_events: media({ participants_download_url: address }), meeting_metadata: media({ title: address }) }).nullish(),
});
const Bot = z.object({ recordings: z.array(Recording).nullish().transform((all) => all ?? []) });

// docs.recall.ai/docs/download-urls
const Taker = z.object({ name: z.string().nullish(), email: z.string().nullish(), is_host: z.boolean().nullish() });
const Takers = z.array(Taker);
const Words = z.array(z.object({ participant: Taker.nullish(), words: z.array(z.object({ text: z.string() })) }));

async function readRecording(http: HttpClient, { started_at, completed_at, media_shortcuts }: z.infer<typeof Recording>, call: ToolCall): Promise<Meeting> {
  const takers = (await download(http, media_shortcuts?.participant_events?.data?.participants_download_url, Takers, call)) ?? [];
  const said = (await download(http, media_shortcuts?.transcript?.data?.download_url, Words, call)) ?? [];
  const host = takers.find(({ is_host }) => is_host === true);
  return meetingOf({
    title: oneLineIn(media_shortcuts?.meeting_metadata?.data?.title), startedAt: instantIn(started_at), endedAt: instantIn(completed_at),
    transcript: said.flatMap(({ participant, words }): Speech[] => {
      const text = textIn(words.map((word) => word.text).join(' '));
      const speaker = oneLineIn(participant?.name);
      return text === undefined ? [] : [{ text, ...(speaker === undefined ? {} : { speaker }) }];
    }),
    participants: participantsOf([...takers, ...said.flatMap(({ participant }) => participant ?? [])].map(({ name, email }) => participantOf(name, email))),
    host: participantOf(host?.name, host?.email),
  });
}

/** What stands behind an address that proves itself: no credentials go there. */
async function download<T>(http: HttpClient, url: string | null | undefined, answer: z.ZodType<T>, call: ToolCall): Promise<T | undefined> {
  if (url === null || url === undefined || url === '') return undefined;
  if (!URL.canParse(url)) throw new ConnectorError('recall', 'malformed', 'recall: a download address is none');
  return (await callJson(http, { service: 'recall', method: 'GET', url, answer }, call)).body;
}

/** A bot may record in several goes: one meeting. */
function together(a: Meeting, b: Meeting): Meeting {
  return {
    ...b, ...a,
    ...(b.endedAt === undefined ? {} : { endedAt: b.endedAt }),
    ...(a.transcript === undefined && b.transcript === undefined ? {} : { transcript: [...(a.transcript ?? []), ...(b.transcript ?? [])] }),
    ...(a.participants === undefined && b.participants === undefined ? {} : { participants: participantsOf([...(a.participants ?? []), ...(b.participants ?? [])]) }),
  };
}
