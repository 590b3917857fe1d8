import { gunzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { ConnectorError } from '../../domain/failure.ts';
import { RefusedTarget, assertCallable, guardedLookup } from './addresses.ts';
import { AnswerTooLarge, networkFault } from './faults.ts';
import type { Attempt } from './faults.ts';
import type { RateForm } from './rate-forms.ts';
import { type RateNews, readRateNews } from './rate-news.ts';

/** The one way out of the house. It retries nothing, follows no redirect to another host, and throws only `ConnectorError`. */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Ends the kept connections. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Named in errors: `twenty`. */
  readonly service: string;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs?: number;
  readonly maxAnswerBytes?: number;
  /** Hosts that may be called over http and may lie in a private network. Loopback always may. */
  readonly allowInsecure?: readonly string[];
  /**
   * How the service speaks of its rates. With it, an answer that refuses for the rate or for lack of credits is thrown as a
   * `rate_limited` ConnectorError with the wait that the service asks for; without, such an answer is returned as any other.
   */
  readonly rates?: RateForm;
  /** Told what a served call says of the calls that are left. */
  readonly onRateNews?: RateListener;
}

export type RateListener = (news: RateNews) => void;

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Credentials belong here and nowhere else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Whether the request changes something, so that a missing answer leaves its outcome unknown. By default all but GET and HEAD do. */
  readonly changes?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  text(): string;
  /** The body as JSON; throws a `malformed` ConnectorError when it is none. */
  json(): unknown;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const allowInsecure = options.allowInsecure ?? [];
  const agent = new Agent({
    connect: { lookup: guardedLookup(allowInsecure), timeout: CONNECT_TIMEOUT_MS },
    connections: MAX_CONNECTIONS,
  });
  return {
    send: async (request) => {
      const answer = await exchange(agent, { timeoutMs: 30_000, maxAnswerBytes: 20 * 1024 * 1024, ...defined(options), allowInsecure }, request);
      heedRates(options, answer);
      return answer;
    },
    close: () => agent.destroy(),
  };
}

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 32;
const MAX_REDIRECTS = 3;

type Limits = Required<Pick<HttpClientOptions, 'service' | 'timeoutMs' | 'maxAnswerBytes' | 'allowInsecure'>>;

async function exchange(agent: Agent, limits: Limits, request: HttpRequest): Promise<HttpAnswer> {
  const timeoutMs = request.timeoutMs ?? limits.timeoutMs;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  let url = parseUrl(limits.service, request.url);
  const attempt: Attempt = { service: limits.service, host: url.host, changes: request.changes ?? !reads, timeoutMs, signal: request.signal };
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
  try {
    for (let hop = 0; ; hop += 1) {
      signal.throwIfAborted();
      assertCallable(url, limits.allowInsecure);
      const answer = await agent.request({
        origin: url.origin, path: url.pathname + url.search, method: request.method, signal,
        headers: { ...request.headers }, body: request.body ?? null, headersTimeout: timeoutMs, bodyTimeout: timeoutMs,
      });
      const target = redirectTarget(answer.statusCode, answer.headers['location'], url);
      if (target === undefined) {
        const body = unpacked(await readBody(answer.body, limits.maxAnswerBytes), answer.headers['content-encoding'], limits.maxAnswerBytes);
        return asAnswer(attempt, answer.statusCode, answer.headers, body);
      }
      answer.body.on('error', () => undefined).destroy();
      if (!reads || target.origin !== url.origin || hop >= MAX_REDIRECTS) {
        throw new RefusedTarget(`${url.host} redirects to ${target.host}, which is not followed; configure the address it points to`);
      }
      url = target;
    }
  } catch (error) {
    throw networkFault(error, attempt);
  }
}

function heedRates({ service, rates, onRateNews }: HttpClientOptions, answer: HttpAnswer): void {
  if (rates === undefined) return;
  const mayRefuse = rates.refusals.some(({ status }) => status === answer.status);
  const news = readRateNews({ status: answer.status, headers: answer.headers, body: mayRefuse ? jsonOrNothing(answer) : undefined }, rates, Date.now());
  if (news.refusedForRate) throw rateFault(service, answer.status, news);
  if (news.remaining !== undefined) onRateNews?.(news);
}

function rateFault(service: string, status: number, news: RateNews): ConnectorError {
  const what = news.outOfCredits === true ? 'its credits or its quota are used up' : 'too many requests';
  return new ConnectorError(service, 'rate_limited', `${service}: ${what} (${String(status)})`, { retryAfterMs: news.retryAfterMs });
}

function jsonOrNothing(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text()) as unknown;
  } catch {
    // A page of the network in front: the status alone says what there is to say.
    return undefined;
  }
}

function parseUrl(service: string, text: string): URL {
  const url = URL.parse(text);
  // The text itself stays out of the message: it may carry a key.
  if (url === null) throw new ConnectorError(service, 'rejected', `${service}: the configured address is not a URL`);
  if (url.username !== '' || url.password !== '') {
    throw new ConnectorError(service, 'rejected', `${service}: the address of ${url.host} must not carry a user name or password`);
  }
  return url;
}

function redirectTarget(status: number, location: unknown, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') return undefined;
  return URL.parse(location, from.href) ?? undefined;
}

async function readBody(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AnswerTooLarge(`more than ${String(maxBytes)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Nobody is asked to pack its answer, and some do all the same. */
function unpacked(body: Uint8Array, encoding: unknown, maxBytes: number): Uint8Array {
  if (encoding !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new AnswerTooLarge(`more than ${String(maxBytes)} bytes`, { cause: error });
    throw error;
  }
}

function asAnswer(attempt: Attempt, status: number, raw: Record<string, string | string[] | undefined>, body: Uint8Array): HttpAnswer {
  const headers = Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]])),
  );
  const text = (): string => Buffer.from(body).toString('utf8');
  const json = (): unknown => {
    try {
      return JSON.parse(text()) as unknown;
    } catch (cause) {
      const message = `${attempt.service}: ${attempt.host} answered ${String(status)} with something that is not JSON`;
      throw new ConnectorError(attempt.service, 'malformed', message, { cause, outcomeUnknown: attempt.changes });
    }
  };
  return { status, headers, body, text, json };
}

function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
