import type { Resend } from 'resend';
import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { createHttpClient, type RateListener } from '../http/client.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { GuardedResend } from './guarded.ts';

export interface ResendOptions {
  /** Read for every request, so that a renewed key is used at once. */
  readonly apiKey: () => string;
  /** `https://api.resend.com` when left out. */
  readonly baseUrl?: string;
  /** For one request, in milliseconds. */
  readonly timeoutMs?: number;
  /** Hosts that may be called over http or in a private network. */
  readonly allowInsecure?: readonly string[];
  /** Told how many calls of the team's rate are left. */
  readonly onRateNews?: RateListener;
}

export interface Email {
  /** `Sales <sales@acme.example>` or the bare address. */
  readonly from: string;
  /** At most 50. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly html?: string;
  readonly text: string;
  /** Answers go here instead of to the sender. */
  readonly replyTo?: readonly string[];
  /** At most 256 characters. Resend forgets it after 24 hours. */
  readonly idempotencyKey: string;
  /** Letters, digits, `_` and `-` only; to find the mail again when the key is forgotten. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ResendContext {
  /** Asked before each request; resolves when that many requests may be made. */
  pace(tokens: number): Promise<void>;
  readonly signal?: AbortSignal;
}

/** Sends mail through Resend. Throws only ConnectorError and retries nothing. */
export interface ResendClient {
  /** A second call with the same key and content within 24 hours answers the first one's id and sends nothing. */
  sendEmail(email: Email, context: ResendContext): Promise<{ readonly id: string }>;
  /** Ends the kept connections. */
  close(): Promise<void>;
}

export function createResendClient(options: ResendOptions): ResendClient {
  const { baseUrl = 'https://api.resend.com', timeoutMs = 30_000, allowInsecure = [] } = options;
  const http = createHttpClient({ service: 'resend', timeoutMs, allowInsecure, rates: RATE_FORMS.resend, onRateNews: options.onRateNews });
  return {
    async sendEmail(email, context) {
      const key = options.apiKey();
      if (key === '') throw new ConnectorError('resend', 'unauthorized', 'resend: no API key is configured');
      await context.pace(1);
      const { data } = await new GuardedResend(key, baseUrl.replace(/\/+$/, ''), http).emails.send(payloadOf(email), {
        idempotencyKey: email.idempotencyKey,
        ...(context.signal === undefined ? {} : { signal: context.signal }),
      });
      return sent(data);
    },
    close: () => http.close(),
  };
}

function payloadOf(email: Email): Parameters<Resend['emails']['send']>[0] {
  return {
    from: email.from,
    to: [...email.to],
    subject: email.subject,
    text: email.text,
    ...(email.html === undefined ? {} : { html: email.html }),
    ...(email.replyTo === undefined ? {} : { replyTo: [...email.replyTo] }),
    ...(email.tags === undefined ? {} : { tags: Object.entries(email.tags).map(([name, value]) => ({ name, value })) }),
  };
}

const Sent = z.object({ id: z.string().min(1) });

function sent(data: unknown): { readonly id: string } {
  const read = Sent.safeParse(data);
  if (read.success) return { id: read.data.id };
  throw new ConnectorError('resend', 'malformed', 'resend: the answer to a sent mail holds no id', { cause: read.error, outcomeUnknown: true });
}
