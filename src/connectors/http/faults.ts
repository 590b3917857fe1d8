import { ConnectorError } from '../../domain/failure.ts';
import { RefusedTarget } from './addresses.ts';

/** What is known of a request when it fails. */
export interface Attempt {
  readonly service: string;
  readonly host: string;
  /** True when carrying the request out twice would do something twice. */
  readonly changes: boolean;
  /** The time allowed for the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** The caller's own signal, when it gave one. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer of more bytes than allowed. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** Turns whatever the network layer threw into the one error connectors throw. The message never holds a path or a header. */
export function networkFault(cause: unknown, attempt: Attempt): ConnectorError {
  const { service, host } = attempt;
  const fault = (kind: ConnectorError['kind'], what: string, sent: boolean): ConnectorError =>
    new ConnectorError(service, kind, `${service}: ${what}`, { cause, outcomeUnknown: sent && attempt.changes });

  const refused = chain(cause).find((error) => error instanceof RefusedTarget);
  if (refused !== undefined) return fault('rejected', refused.message, false);
  if (chain(cause).some((error) => error instanceof AnswerTooLarge)) return fault('malformed', `the answer of ${host} is too large`, true);
  if (attempt.signal?.aborted === true) return fault('timed_out', `the call to ${host} was cancelled`, true);

  const codes = chain(cause).map(codeOf);
  if (codes.some((code) => NEVER_SENT.has(code) || code.startsWith('ERR_TLS') || CERTIFICATE.test(code))) {
    return fault('unavailable', `no connection to ${host} (${codes.find((code) => code !== '') ?? 'unknown'})`, false);
  }
  if (codes.some((code) => TOO_SLOW.has(code)) || isTimeout(cause)) {
    return fault('timed_out', `${host} did not answer within ${String(attempt.timeoutMs)} ms`, true);
  }
  return fault('unavailable', `the connection to ${host} broke before the whole answer came`, true);
}

const NEVER_SENT = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'UND_ERR_CONNECT_TIMEOUT',
]);
const TOO_SLOW = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
/** Codes OpenSSL gives for a certificate that is not trusted: the request never left. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** An error, its causes, and the members of an aggregate (several addresses tried). */
function chain(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  const open = [error];
  while (open.length > 0 && found.length < 20) {
    const next = open.shift();
    if (!(next instanceof Error)) continue;
    found.push(next);
    open.push(next.cause);
    if (next instanceof AggregateError) open.push(...(next.errors as unknown[]));
  }
  return found;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function isTimeout(error: unknown): boolean {
  return chain(error).some((one) => one instanceof Error && one.name === 'TimeoutError');
}
