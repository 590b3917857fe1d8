import { ConnectorError } from '../../domain/failure.ts';
import { withoutAddresses } from '../../domain/text.ts';

/** Whatever the driver threw, as the one error connectors throw. Nothing is changed here, so no outcome is unknown. Source: PostgreSQL, appendix A. */
export function postgresFault(cause: unknown): ConnectorError {
  if (cause instanceof ConnectorError) return cause;
  const { code = '', message = String(cause) } = cause as { readonly code?: string; readonly message?: string };
  const fault = (kind: ConnectorError['kind']): ConnectorError => new ConnectorError('postgres', kind, `postgres: ${withoutAddresses(message)}`, { cause });
  if (/^(28|3D|42501)/.test(code)) return fault('unauthorized');
  // 57014 is our own statement_timeout: the query is too slow, and will be next time.
  if (code === '57014') return fault('rejected');
  if (/^(08|53|57|40|58|XX)/.test(code)) return fault('unavailable');
  if (/^[0-9A-Z]{5}$/.test(code)) return fault('rejected');
  return fault(code === 'ETIMEDOUT' || /timeout/i.test(message) ? 'timed_out' : 'unavailable');
}
