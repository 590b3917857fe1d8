/** Why a call to an outside service did not do what was asked. */
export type FailureKind = 'rate_limited' | 'unavailable' | 'timed_out' | 'unauthorized' | 'rejected' | 'malformed';

/**
 * The one error connectors throw. `rejected` and `malformed` are final for the request that caused them, `unauthorized`
 * until a person mends the credential; the other kinds pass by themselves. The message says who, what and which id; never a
 * secret or an address.
 */
export class ConnectorError extends Error {
  readonly service: string;
  readonly kind: FailureKind;
  /** How long the service asked us to stay away, in milliseconds; undefined when it said nothing. */
  readonly retryAfterMs: number | undefined;
  /** True when the request may have been carried out although no answer came (a cut connection, a timeout, a 5xx). */
  readonly outcomeUnknown: boolean;

  constructor(
    service: string,
    kind: FailureKind,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; outcomeUnknown?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ConnectorError';
    this.service = service;
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}
