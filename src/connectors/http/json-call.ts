import type { z } from 'zod';
import { ConnectorError, type FailureKind } from '../../domain/failure.ts';
import { withoutAddresses } from '../../domain/text.ts';
import type { ToolCall } from '../tool.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './client.ts';

/** One request to an API that speaks JSON, and how its answer is read. */
export interface JsonCall<T> {
  /** Named in errors: `hunter`. */
  readonly service: string;
  readonly method: HttpRequest['method'];
  /** Without the query. */
  readonly url: string;
  /** Left out where undefined. Credentials never belong here unless the service takes them nowhere else. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, under its media type, instead of `body`. */
  readonly text?: { readonly type: string; readonly body: string };
  /** False for a POST that only reads. */
  readonly changes?: boolean;
  readonly timeoutMs?: number;
  /** Statuses beside 2xx that are answers too and not refusals: `[404]` where “no such person” is one. Their body is not checked. */
  readonly answers?: readonly number[];
  /** The shape of the body of a 2xx answer. Leave it out where nothing of it is needed. */
  readonly answer: z.ZodType<T>;
  /** What the service's refusal says, in its own words, and of which kind it is when the status does not tell. */
  refusal?(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } | undefined;
}

/** `body` is undefined when the status is one of `answers`. */
export interface JsonAnswer<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T | undefined;
  /** The body as it came, for the statuses in `answers`. */
  readonly raw: HttpAnswer;
}

/**
 * Makes the request once its turn has come. Throws only ConnectorError: 401 and 403 are `unauthorized`, 5xx and 408 `unavailable` with an
 * unknown outcome where something was to be changed, other refusals `rejected` with the service's words, and an answer of
 * another shape `malformed` with the path. Refusals for the rate never come this far: the client knows the service's form.
 */
export async function callJson<T>(http: HttpClient, request: JsonCall<T>, call: ToolCall): Promise<JsonAnswer<T>> {
  await call.pace(1);
  const sent = request.text ?? (request.body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(request.body) });
  const answer = await http.send({
    method: request.method,
    url: withQuery(request.url, request.query),
    headers: { accept: 'application/json', ...(sent === undefined ? {} : { 'content-type': sent.type }), ...request.headers },
    ...(sent === undefined ? {} : { body: sent.body }),
    ...(request.changes === undefined ? {} : { changes: request.changes }),
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    signal: call.signal,
  });
  const found = { status: answer.status, headers: answer.headers, raw: answer };
  if (request.answers?.includes(answer.status) === true) return { ...found, body: undefined };
  if (answer.status < 200 || answer.status > 299) throw refusalOf(request, answer);
  return { ...found, body: readAnswer(request, answer) };
}

/** The refusal of a service as the one error connectors throw. */
export function refusalOf(request: Pick<JsonCall<unknown>, 'service' | 'method' | 'changes' | 'refusal'>, answer: HttpAnswer): ConnectorError {
  const { service } = request;
  const said = request.refusal?.(answer);
  const kind = said?.kind ?? kindOf(answer.status);
  const words = said?.message === undefined || said.message.trim() === '' ? `answered ${String(answer.status)} without saying why` : `${inOneLine(said.message)} (${String(answer.status)})`;
  const outcomeUnknown = isChange(request) && (kind === 'unavailable' || kind === 'malformed' || kind === 'timed_out');
  return new ConnectorError(service, kind, `${service}: ${words}`, { outcomeUnknown });
}

function readAnswer<T>(request: JsonCall<T>, answer: HttpAnswer): T {
  const { service } = request;
  const json = answer.body.byteLength === 0 ? undefined : answer.json();
  const read = request.answer.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.map(String).join('.');
  throw new ConnectorError(service, 'malformed', `${service}: ${place} is not as expected (${issue?.message ?? 'another shape'})`, { cause: read.error, outcomeUnknown: isChange(request) });
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 408 || status >= 500) return 'unavailable';
  return status >= 400 ? 'rejected' : 'malformed';
}

function isChange({ method, changes }: Pick<JsonCall<unknown>, 'method' | 'changes'>): boolean {
  return changes ?? (method !== 'GET' && method !== 'HEAD');
}

function withQuery(url: string, query: JsonCall<unknown>['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]));
  return pairs.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(pairs).toString()}`;
}

function inOneLine(text: string): string {
  return withoutAddresses(text).replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
