import { z } from 'zod';
import { ConnectorError, type FailureKind } from '../../domain/failure.ts';
import { withoutAddresses } from '../../domain/text.ts';
import type { HttpAnswer } from '../http/client.ts';

/** A refusal of Stripe, but for its rates. Types and codes: docs.stripe.com/api/errors and docs.stripe.com/error-codes. */
export class StripeFault extends ConnectorError {
  /** `resource_missing`, `amount_too_small`, …; empty when Stripe names none. */
  readonly code: string;
  /**
   * The key is spent on another answer: Stripe keeps a 500, too, under the idempotency key and only repeats it, and refuses the key with
   * another body. Sending again tells nothing; what was made has to be looked up.
   */
  readonly isSpent: boolean;

  constructor(answer: HttpAnswer, changes: boolean) {
    const { type, code, message } = refusalOf(answer);
    const kind = kindOf(answer.status, type);
    const words = withoutAddresses(message) || 'refused without saying why';
    super('stripe', kind, `stripe: ${words} (${[code, String(answer.status)].filter((part) => part !== '').join(', ')})`, { outcomeUnknown: changes && kind !== 'rejected' && kind !== 'unauthorized' });
    this.code = code;
    this.isSpent = type === 'idempotency_error' ? answer.status !== 409 : answer.status >= 500 && answer.headers['idempotent-replayed'] === 'true';
  }
}

function kindOf(status: number, type: string): FailureKind {
  if (status === 401 || status === 403) return 'unauthorized';
  // 409: another request with the same key, or for the same object, is under way. 424: somebody whom Stripe depends on failed.
  if (status === 409 || status === 424 || status >= 500) return 'unavailable';
  if (status >= 400) return type === 'api_error' ? 'unavailable' : 'rejected';
  return 'malformed';
}

const Refusal = z.object({ error: z.object({ type: z.string().catch(''), code: z.string().catch(''), message: z.string().catch('') }) });

function refusalOf(answer: HttpAnswer): z.infer<typeof Refusal>['error'] {
  try {
    return Refusal.parse(JSON.parse(answer.text())).error;
  } catch {
    return { type: '', code: '', message: '' };
  }
}
