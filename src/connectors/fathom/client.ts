import { z } from 'zod';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool } from '../tool.ts';
import { wordsIn } from '../words-in.ts';
import type { FathomSettings } from './index.ts';
import { FathomMeeting, meetingIn } from './webhook.ts';

/** A meeting cannot be asked for by its id: it is looked for among those made about that time. */
const AROUND_MS = 60_000;
/** Without a time the latest are looked through, this many pages of them. */
const MOST_PAGES = 5;

/** Fathom's API (developers.fathom.ai/api-reference/meetings/list-meetings). */
export const openFathom: OpenTool<FathomSettings> = ({ apiKey, baseUrl }, context) => {
  const http = context.http({ service: 'fathom', rates: RATE_FORMS.standard });
  const key = context.secret(apiKey);
  return {
    recorder: {
      service: 'fathom',
      async meeting({ id, hints }, call) {
        const madeAt = Date.parse(hints?.['createdAt'] ?? '');
        const around = Number.isNaN(madeAt) ? {} : { created_after: new Date(madeAt - AROUND_MS).toISOString(), created_before: new Date(madeAt + AROUND_MS).toISOString() };
        for (let page = 0, cursor: string | undefined; page < MOST_PAGES; page += 1) {
          const { body } = await callJson(http, {
            service: 'fathom', method: 'GET', url: `${baseUrl.replace(/\/+$/, '')}/meetings`, headers: { 'x-api-key': key() },
            query: { ...around, include_summary: true, include_action_items: true, cursor }, answer: Answer,
            refusal: (answer) => ({ message: wordsIn(answer, ['error', 'message']) }),
          }, page === 0 ? call : { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) });
          const { items, next_cursor } = body!;
          const found = items.find(({ recording_id, url, share_url }) => String(recording_id) === id || url === id || share_url === id);
          if (found !== undefined) return meetingIn(found);
          if (next_cursor === null || next_cursor === undefined || next_cursor === '') return undefined;
          cursor = next_cursor;
        }
        return undefined;
      },
    },
  };
};

const Answer = z.object({ items: z.array(FathomMeeting), next_cursor: z.string().nullish() });
