import { z } from 'zod';
import type { FailureKind } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import { wordsIn } from '../words-in.ts';
import type { ZoomSettings } from './index.ts';

/** Tokens last an hour; one that is about to end is not used any more. */
const MARGIN_MS = 60_000;

interface ZoomTokens {
  /** A token, and the call that goes on with it: midway when a token had to be asked for first, which is `fresh` then. */
  take(call: ToolCall): Promise<{ readonly token: string; readonly fresh: boolean; readonly call: ToolCall }>;
  forget(token: string): void;
}

/** Server-to-server OAuth (developers.zoom.us/docs/internal-apps/s2s-oauth): one token at a time, kept in memory until shortly before its end. */
export function createZoomTokens({ accountId, clientId, clientSecret, tokenUrl }: ZoomSettings, context: ToolContext): ZoomTokens {
  const http = context.http({ service: 'zoom', rates: RATE_FORMS.standard });
  const secret = context.secret(clientSecret);
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  return {
    async take(call) {
      if (kept !== undefined && Date.now() < kept.untilMs - MARGIN_MS) return { token: kept.token, fresh: false, call };
      const { body } = await callJson(http, {
        service: 'zoom', method: 'POST', url: tokenUrl, changes: false,
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret()}`).toString('base64')}` },
        text: { type: 'application/x-www-form-urlencoded', body: new URLSearchParams({ grant_type: 'account_credentials', account_id: accountId }).toString() },
        answer: Answer, refusal: saidBy,
      }, call);
      kept = { token: body!.access_token, untilMs: Date.now() + body!.expires_in * 1000 };
      return { token: kept.token, fresh: true, call: { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) } };
    },
    forget(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}

const Answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Wrong credentials are answered with 400 here: `{"reason": "Invalid client_id or client_secret", "error": "invalid_client"}`. */
function saidBy(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } {
  const message = wordsIn(answer, ['reason', 'error_description', 'error', 'message']);
  return { ...(answer.status === 400 || answer.status === 401 ? { kind: 'unauthorized' as const } : {}), ...(message === undefined ? {} : { message }) };
}
