import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { retryAfterMs } from '../http/rate-news.ts';

/** A refusal of Resend as the one error connectors throw. Names and statuses: resend.com/docs/api-reference/errors. */
export function resendFault(answer: HttpAnswer): ConnectorError {
  const { name, message } = refusalOf(answer);
  const fault = (kind: ConnectorError['kind'], options: { outcomeUnknown?: boolean; retryAfterMs?: number } = {}): ConnectorError =>
    new ConnectorError('resend', kind, `resend: ${withoutAddresses(message)} (${name || 'no name'}, ${answer.status})`, options);

  if (answer.status === 429) return fault('rate_limited', { retryAfterMs: retryAfterMs({ headers: answer.headers }, Date.now()) ?? QUOTA_WAIT_MS[name] });
  if (name === 'concurrent_idempotent_requests') return fault('unavailable', { outcomeUnknown: true });
  if (answer.status === 401 || KEY_PROBLEMS.has(name)) return fault('unauthorized');
  // An unverified sender domain is also 403, but no key mends it.
  if (answer.status === 403 && name === '') return fault('unauthorized');
  if (answer.status >= 500) return fault('unavailable', { outcomeUnknown: true });
  if (answer.status >= 400) return fault('rejected');
  return fault('malformed', { outcomeUnknown: true });
}

const KEY_PROBLEMS = new Set(['missing_api_key', 'restricted_api_key', 'invalid_api_key']);

/** Quotas come back by the day or the month and Resend does not say when: ask again every hour. */
const QUOTA_WAIT_MS: Readonly<Record<string, number>> = { daily_quota_exceeded: 3_600_000, monthly_quota_exceeded: 3_600_000 };

const Refusal = z.object({ name: z.string().catch(''), message: z.string().catch('') });

function refusalOf(answer: HttpAnswer): z.infer<typeof Refusal> {
  try {
    return Refusal.parse(JSON.parse(answer.text()));
  } catch {
    return { name: '', message: `answered ${answer.status} without saying why` };
  }
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'`(]+@[^\s<>"'`)]+/g, '…').slice(0, 300) || 'refused';
}
