import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { retryAfterMs } from '../http/rate-news.ts';
import { GraphqlError, graphqlFault } from './errors.ts';

/** What a caller hands along with every call. */
export interface CallContext {
  /**
   * Asked before each request; resolves when that many tokens of the workspace's budget may be spent. One root field is one
   * token. `midway` says that the work has begun: giving up now would waste calls, or leave a ghost that is about to be destroyed.
   */
  pace(tokens: number, state?: { readonly midway: boolean }): Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** Told of each request that is counted, just before it leaves. */
  onRequest?(info: { readonly rootField: string; readonly records: number }): void;
}

/** Where and with what to call. */
export interface Connection {
  readonly http: HttpClient;
  /** Base address without a trailing slash. */
  readonly url: string;
  readonly apiKey: () => string;
  readonly maxBatch: number;
}

/** One root field with its variables. Values travel only as variables, never as text of the query. */
export interface Operation<T> {
  readonly kind: 'query' | 'mutation';
  readonly rootField: string;
  /** Argument name to GraphQL type: `{ data: '[PersonCreateInput!]!' }`. */
  readonly types: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly selection: string;
  /** How many records the request carries or asks for. */
  readonly records: number;
  readonly answer: z.ZodType<T>;
  /** Told the headers of a served answer, names in lower case. */
  onAnswer?(headers: Readonly<Record<string, string>>): void;
}

/** Sends one root field and answers what stands under it. Throws ConnectorError; a refused input is a `TwentyRefusal`. */
export async function call<T>(connection: Connection, operation: Operation<T>, ctx: CallContext): Promise<T> {
  const { rootField, kind } = operation;
  const changes = kind === 'mutation';
  const names = Object.keys(operation.types);
  const declared = names.map((name) => `$${name}:${operation.types[name] ?? ''}`).join(',');
  const passed = names.map((name) => `${name}:$${name}`).join(',');
  const query = `${kind} Sluice(${declared}){${rootField}(${passed}){${operation.selection}}}`;
  const headers = authorized(connection);

  await ctx.pace(1);
  ctx.onRequest?.({ rootField, records: operation.records });
  const answer = await connection.http.send({
    method: 'POST', url: `${connection.url}/graphql`, headers, changes, signal: ctx.signal,
    body: JSON.stringify({ query, variables: operation.values }),
  });
  if (answer.status !== 200) throw statusFault(answer, rootField, changes);
  operation.onAnswer?.(answer.headers);

  const envelope = parse(GraphqlAnswer, answer.json(), rootField, changes);
  const error = envelope.errors?.[0];
  if (error !== undefined) throw graphqlFault(error, rootField, changes);
  return parse(operation.answer, envelope.data?.[rootField], rootField, changes);
}

/** The same context for work of several requests: all but the first are midway. */
export function begun(ctx: CallContext): CallContext {
  let midway = false;
  return {
    signal: ctx.signal,
    onRequest: (info) => ctx.onRequest?.(info),
    pace: (tokens) => {
      const state = { midway };
      midway = true;
      return ctx.pace(tokens, state);
    },
  };
}

/** The headers that carry the key. */
export function authorized(connection: Connection): Record<string, string> {
  const key = connection.apiKey();
  if (key === '') throw new ConnectorError('twenty', 'unauthorized', 'twenty: no API key is configured');
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json' };
}

/** Checks what came against its schema; a misfit is a `malformed` ConnectorError that names the path. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, what: string, changes: boolean): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? 'the answer itself' : issue.path.join('.');
  throw new ConnectorError('twenty', 'malformed', `twenty: the answer to ${what} does not fit at ${path}: ${issue?.message ?? 'unknown'}`, {
    cause: read.error,
    outcomeUnknown: changes,
  });
}

/** What an HTTP status other than success means, for GraphQL and REST alike. */
export function statusFault(answer: HttpAnswer, what: string, changes: boolean): ConnectorError {
  const body = jsonOrUndefined(answer);
  const said = saidIn(body);
  const fault = (kind: ConnectorError['kind'], unknown = false): ConnectorError => {
    const waitMs = kind === 'rate_limited' || kind === 'unavailable' ? retryAfterMs({ headers: answer.headers, body }, Date.now()) : undefined;
    return new ConnectorError('twenty', kind, `twenty: ${what}: ${said ?? `status ${String(answer.status)}`}`, {
      outcomeUnknown: unknown && changes,
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    });
  };
  if (answer.status === 429) return fault('rate_limited');
  if (answer.status === 401 || answer.status === 403) return fault('unauthorized');
  // Twenty answers 400, not 403, when the key's role lacks a permission.
  if (isPermissionDenied(body)) return fault('unauthorized');
  // A body above 10 MB is answered with 500, although nothing is wrong with the server.
  if (answer.status === 413 || /entity too large/i.test(answer.text().slice(0, 200))) return fault('rejected');
  if (answer.status === 408) return fault('timed_out', true);
  return answer.status >= 500 ? fault('unavailable', true) : fault('rejected');
}

const GraphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(GraphqlError).optional(),
});

function jsonOrUndefined(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    // A gateway's HTML page: the status alone says what there is to say.
    return undefined;
  }
}

const RestError = z.looseObject({ messages: z.array(z.string()).optional(), message: z.unknown().optional(), code: z.string().optional() });

function saidIn(body: unknown): string | undefined {
  const read = RestError.safeParse(body);
  if (!read.success) return undefined;
  const { messages, message } = read.data;
  return messages?.[0] ?? (typeof message === 'string' ? message : undefined);
}

function isPermissionDenied(body: unknown): boolean {
  const read = RestError.safeParse(body);
  return read.success && read.data.code === 'PERMISSION_DENIED';
}
