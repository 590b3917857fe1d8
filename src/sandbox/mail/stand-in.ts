import type { StandIn, ToolAnswer } from '../tools/stand-in.ts';
import { type Answer, answerTo } from './api.ts';
import { Audience } from './audience.ts';
import { refusal } from './answers.ts';
import { Mailbox } from './mailbox.ts';
import { RateWindow } from './rate-window.ts';

const KEY = 're_sandbox';

/** The same API as `startSandboxMail` serves, among the stand-ins of other tools. */
export function resendStandIn(): StandIn & { readonly audience: Audience } {
  const audience = new Audience(undefined, Date.now);
  const api = { apiKey: KEY, mailbox: new Mailbox(undefined, Date.now), audience, rate: new RateWindow(1_000, Date.now) };
  return {
    name: 'resend',
    stands: 'api.resend.com',
    audience,
    env: (url) => ({ RESEND_BASE_URL: url, RESEND_API_KEY: KEY }),
    answer: async (request) => toolAnswer(await answerTo(request, api)),
    tooMany: () => toolAnswer({ ...refusal(429, 'rate_limit_exceeded', 'Too many requests. You can only make 5 requests per second.'), headers: { 'retry-after': '1' } }),
    broken: () => toolAnswer(refusal(500, 'internal_server_error', 'An unexpected error occurred.')),
  };
}

function toolAnswer({ changed, mailId, ...answer }: Answer): ToolAnswer {
  return { ...answer, ...(changed === true || mailId !== undefined ? { changed: mailId ?? 'the audience' } : {}) };
}
