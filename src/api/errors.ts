import type { ContentfulStatusCode } from 'hono/utils/http-status';

interface Problem {
  readonly status: ContentfulStatusCode;
  readonly message: string;
  readonly remedy: string;
}

/** Every refusal the gateway knows: its status, what happened, and what the sender can do. */
export const problems = {
  invalid_request: { status: 400, message: 'The request is not well-formed HTTP.', remedy: 'Check the address, the host and the headers of the request.' },
  invalid_json: { status: 400, message: 'The body is not valid JSON.', remedy: 'Send JSON text in UTF-8.' },
  invalid_value: { status: 400, message: 'A value is not what it must be.', remedy: 'Correct the value at the path and send it again.' },
  body_cut: { status: 400, message: 'The connection ended before the body was complete.', remedy: 'Send the request again.' },
  signature_missing: { status: 401, message: 'The request carries no proof of its sender.', remedy: 'Set the same secret at the sender and in the environment of the gateway.' },
  signature_invalid: { status: 401, message: 'The signature does not belong to this body and this secret.', remedy: 'Set the same secret at the sender and in the environment of the gateway, and let no proxy change the body.' },
  signature_expired: { status: 401, message: 'The signature is genuine, but its time is too far from now.', remedy: 'Check the clocks of both machines; send again with a new time and signature.' },
  token_missing: { status: 401, message: 'This route needs the API token.', remedy: 'Send the header "Authorization: Bearer" with the value of SLUICE_API_TOKEN.' },
  token_invalid: { status: 401, message: 'The API token is not the right one.', remedy: 'Use the value of SLUICE_API_TOKEN that the gateway runs with.' },
  token_not_set: { status: 403, message: 'The API is closed, because the gateway has no API token.', remedy: 'Set SLUICE_API_TOKEN (or SLUICE_API_TOKEN_FILE) in the environment of the gateway, and send it as "Authorization: Bearer".' },
  origin_not_allowed: { status: 403, message: 'Forms on this web site may not be sent here.', remedy: 'Add the site to the allowed origins of the integration.' },
  captcha_missing: { status: 403, message: 'The answer of the human check is missing.', remedy: 'Load the form again, complete the check and send it once more.' },
  captcha_failed: { status: 403, message: 'The human check was not passed.', remedy: 'Load the form again, complete the check and send it once more.' },
  unknown_route: { status: 404, message: 'There is nothing at this address.', remedy: 'See /openapi.json for what there is.' },
  unknown_integration: { status: 404, message: 'No integration of this name takes webhooks.', remedy: 'Check the name in the address against the configuration.' },
  unknown_workspace: { status: 404, message: 'No Twenty workspace of this name is configured.', remedy: 'Check the name in the address against the configuration.' },
  unknown_event: { status: 404, message: 'No event has this id.', remedy: 'Check the id; GET /api/events lists what came in.' },
  unknown_schedule: { status: 404, message: 'No schedule of this name is configured.', remedy: 'Check the name; GET /api/schedules lists them.' },
  unknown_sync: { status: 404, message: 'No two-way sync of this name is configured.', remedy: 'Check the name; GET /api/syncs lists them.' },
  unknown_conflict: { status: 404, message: 'There is no conflict of this id.', remedy: 'Check the id; GET /api/syncs/{integration}/conflicts lists those that wait for a decision.' },
  method_not_allowed: { status: 405, message: 'This address does not take this method.', remedy: 'Use a method that the Allow header names.' },
  not_startable: { status: 409, message: 'This integration cannot be started by hand.', remedy: 'Start one that can; GET /openapi.json and sluice trigger say how.' },
  conflict_closed: { status: 409, message: 'This conflict is closed: it was decided, or both sides hold the same by now.', remedy: 'Nothing is left to be decided. GET /api/syncs/{integration}/conflicts lists what is.' },
  body_too_slow: { status: 408, message: 'The body took too long to arrive.', remedy: 'Send the request again over a better connection.' },
  body_too_large: { status: 413, message: 'The body is larger than this address takes.', remedy: 'Send less, or raise the limit of the integration.' },
  unsupported_media_type: { status: 415, message: 'This address does not take this content type.', remedy: 'Send one of the content types that the message names.' },
  unsupported_encoding: { status: 415, message: 'Compressed bodies are not taken.', remedy: 'Send the body without Content-Encoding.' },
  not_accepted: { status: 422, message: 'This source does not take what was sent.', remedy: 'Correct what the message says and send it again.' },
  unreadable: { status: 422, message: 'The body could not be read as what this source sends.', remedy: 'Check that the address belongs to this source; the log of the gateway says more.' },
  unstorable: { status: 422, message: 'The body holds something that cannot be stored.', remedy: 'Remove control characters and overlong values, and send it again.' },
  rate_limited: { status: 429, message: 'Too many submissions came from this address.', remedy: 'Wait as long as Retry-After says.' },
  headers_too_large: { status: 431, message: 'The headers are larger than the gateway takes.', remedy: 'Send fewer or shorter headers.' },
  captcha_away: { status: 503, message: 'The human check cannot be verified right now.', remedy: 'Send it again in a moment.' },
  database_away: { status: 503, message: 'The inbox cannot be reached right now; nothing was stored.', remedy: 'Send the same request again after the time in Retry-After.' },
  temporal_away: { status: 503, message: 'Temporal cannot be reached, or does not know the schedule yet; nothing was changed.', remedy: 'Send the same request again later.' },
  overloaded: { status: 503, message: 'More is arriving than can be stored right now; this was not stored.', remedy: 'Send the same request again after the time in Retry-After.' },
  not_configured: { status: 503, message: 'The secret of this source is not set at the gateway, so nothing can be verified.', remedy: 'The operator sets the secret that the log of the gateway names; then send it again.' },
  unexpected: { status: 503, message: 'The gateway could not handle the request; nothing was stored.', remedy: 'Send the same request again later; the log of the gateway says more.' },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

/** A request the gateway turns down. Thrown anywhere on the way, answered in one place. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly status: ContentfulStatusCode;
  readonly remedy: string;
  /** Where in the request the problem is: `body.fields.email`, `header.origin`. */
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    details: {
      message?: string;
      remedy?: string;
      path?: string;
      status?: ContentfulStatusCode;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    const problem = problems[code];
    super(details.message ?? problem.message, { cause: details.cause });
    this.name = 'Refusal';
    this.code = code;
    this.status = details.status ?? problem.status;
    this.remedy = details.remedy ?? problem.remedy;
    this.path = details.path;
    this.headers = details.headers ?? (this.status === 503 ? { 'Retry-After': '5' } : {});
  }
}

/** The body of every refusal. */
export function refusalBody(refusal: Refusal): {
  error: { code: string; message: string; path?: string; remedy: string };
} {
  const { code, message, path, remedy } = refusal;
  return { error: { code, message, ...(path === undefined ? {} : { path }), remedy } };
}
