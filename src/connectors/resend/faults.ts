import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { withoutAddresses } from '../../domain/text.ts';
import type { HttpAnswer } from '../http/client.ts';

/** A refusal of Resend, but for its rates, as the one error connectors throw. Names and statuses: resend.com/docs/api-reference/errors. */
export function resendFault(answer: HttpAnswer): ConnectorError {
  const { name, message } = refusalOf(answer);
  const fault = (kind: ConnectorError['kind'], options: { outcomeUnknown?: boolean } = {}): ConnectorError =>
    new ConnectorError('resend', kind, `resend: ${withoutAddresses(message) || 'refused'} (${name || 'no name'}, ${answer.status})`, options);

  if (name === 'concurrent_idempotent_requests') return fault('unavailable', { outcomeUnknown: true });
  if (answer.status === 401 || KEY_PROBLEMS.has(name)) return fault('unauthorized');
  // An unverified sender domain is also 403, but no key mends it.
  if (answer.status === 403 && name === '') return fault('unauthorized');
  if (answer.status >= 500) return fault('unavailable', { outcomeUnknown: true });
  if (answer.status >= 400) return fault('rejected');
  return fault('malformed', { outcomeUnknown: true });
}

const KEY_PROBLEMS = new Set(['missing_api_key', 'restricted_api_key', 'invalid_api_key']);

const Refusal = z.object({ name: z.string().catch(''), message: z.string().catch('') });

function refusalOf(answer: HttpAnswer): z.infer<typeof Refusal> {
  try {
    return Refusal.parse(JSON.parse(answer.text()));
  } catch {
    return { name: '', message: `answered ${answer.status} without saying why` };
  }
}
