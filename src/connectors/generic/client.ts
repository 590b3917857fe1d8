import { search } from '@jmespath-community/jmespath';
import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson, refusalOf } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import { valueAt } from './pages.ts';
import type { GenericOperation, GenericSettings, Template } from './settings.ts';

/** A tool that is configured instead of coded. */
export interface GenericClient {
  /**
   * Makes one request and reads its answer as `shape`. Undefined when the tool says that there is no such thing. Throws only
   * ConnectorError; an answer that does not fit is `malformed` with the path.
   */
  ask<I, A>(operation: GenericOperation<I, A>, input: I, shape: z.ZodType<A>, call: ToolCall, options?: GenericAskOptions): Promise<A | undefined>;
  /** Makes one request and gives the answer as it came: of status 2xx, or one of `answers`. It only reads unless `changes` is said. Throws only ConnectorError. */
  fetch<I>(operation: GenericOperation<I>, input: I, call: ToolCall, options?: GenericFetchOptions): Promise<HttpAnswer>;
}

export interface GenericFetchOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses beside 2xx that are no refusal. */
  readonly answers?: readonly number[];
  readonly changes?: boolean;
  /** Sent in the operation's `idempotencyHeader`. */
  readonly idempotencyKey?: string;
}

export interface GenericAskOptions {
  /** False when nothing is changed by it, whatever its method. */
  readonly changes?: boolean;
  /** Sent in the operation's `idempotencyHeader`. */
  readonly idempotencyKey?: string;
}

export function createGenericClient(service: string, settings: GenericSettings, context: ToolContext): GenericClient {
  const http = context.http({ service, timeoutMs: settings.timeoutMs, rates: RATE_FORMS.standard, ...(settings.maxAnswerBytes === undefined ? {} : { maxAnswerBytes: settings.maxAnswerBytes }) });
  const credentials = credentialsOf(settings, context);
  const requestFor = <I>(operation: GenericOperation<I, never>, input: I) => {
    const { headers, query } = credentials();
    const body = operation.body === undefined ? undefined : fill(service, operation.body, input);
    const asForm = operation.as === 'form' && body !== undefined;
    return {
      service,
      method: operation.method,
      url: addressOf(service, settings.url, operation, input),
      query: { ...(fill(service, operation.query ?? {}, input) as Readonly<Record<string, string>>), ...query },
      // In small letters, so that one of the configuration takes the place of ours and does not stand beside it.
      headers: { ...Object.fromEntries(Object.entries(settings.headers).map(([name, value]) => [name.toLowerCase(), value])), ...headers },
      ...(body === undefined ? {} : asForm ? { text: { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(body as Record<string, string>).toString() } } : { body }),
      answers: operation.notFound,
      answer: z.unknown(),
      refusal: saidBy,
    };
  };
  const keyHeader = <I>({ idempotencyHeader }: GenericOperation<I, never>, key: string | undefined) => (idempotencyHeader === undefined || key === undefined ? {} : { [idempotencyHeader]: key });
  return {
    async fetch(operation, input, call, { headers = {}, answers = [], changes = false, idempotencyKey } = {}) {
      const request = requestFor(operation as GenericOperation<typeof input, never>, input);
      const all = { ...request.headers, ...keyHeader(operation as GenericOperation<typeof input, never>, idempotencyKey), ...headers };
      const answer = await callJson(http, { ...request, headers: all, changes, answers: [200, 201, 202, 204, ...answers] }, call);
      return answer.raw;
    },
    async ask(operation, input, shape, call, { changes, idempotencyKey } = {}) {
      const plain = requestFor(operation as GenericOperation<typeof input, never>, input);
      const headers = { ...plain.headers, ...keyHeader(operation as GenericOperation<typeof input, never>, idempotencyKey) };
      const request = { ...plain, headers, ...(changes === undefined ? {} : { changes }) };
      const answer = await callJson(http, request, call);
      if (operation.notFound.includes(answer.status)) return undefined;
      return readAs(service, operation.answer, answer.body, shape, request, answer.raw);
    },
  };
}

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

function credentialsOf({ auth }: GenericSettings, context: ToolContext): () => Credentials {
  if (auth === undefined) return () => ({ headers: {}, query: {} });
  const read = context.secret('bearer' in auth ? auth.bearer : 'password' in auth ? auth.password : auth.secret);
  return (): Credentials => {
    const value = read();
    if ('bearer' in auth) return { headers: { authorization: `Bearer ${value}` }, query: {} };
    if ('header' in auth) return { headers: { [auth.header]: `${auth.prefix ?? ''}${value}` }, query: {} };
    if ('query' in auth) return { headers: {}, query: { [auth.query]: value } };
    return { headers: { authorization: `Basic ${Buffer.from(`${auth.user}:${value}`).toString('base64')}` }, query: {} };
  };
}

function addressOf<I>(service: string, base: string, { path }: Pick<GenericOperation<I>, 'path'>, input: I): string {
  const text = typeof path === 'function' ? byFunction(service, path, input) : path.replace(NAMED, (_whole, name: string) => encodeURIComponent(textOf(valueAt(service, name, input))));
  return /^https?:\/\//i.test(text) ? text : `${base.replace(/\/+$/, '')}/${text.replace(/^\/+/, '')}`;
}

const NAMED = /\{([^{}]+)\}/g;

function fill<I>(service: string, template: Template | ((input: I) => unknown), input: I): unknown {
  if (typeof template === 'function') return byFunction(service, template, input);
  if (typeof template === 'string') {
    const whole = /^\{([^{}]+)\}$/.exec(template);
    if (whole !== null) return valueAt(service, whole[1]!, input);
    return template.replace(NAMED, (_whole, name: string) => textOf(valueAt(service, name, input)));
  }
  if (Array.isArray(template)) return template.map((one: Template) => fill(service, one, input));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).flatMap(([key, one]) => {
    const value = fill(service, one as Template, input);
    return value === undefined || value === null ? [] : [[key, value]];
  }));
}

function byFunction<I, T>(service: string, make: (input: I) => T, input: I): T {
  try {
    return make(input);
  } catch (cause) {
    throw new ConnectorError(service, 'rejected', `${service}: a function in the configuration failed: ${(cause as Error).message}`, { cause });
  }
}

function readAs<A>(
  service: string, mapping: GenericOperation<never, A>['answer'], json: unknown, shape: z.ZodType<A>, request: Parameters<typeof refusalOf>[0], raw: HttpAnswer,
): A {
  const value = typeof mapping === 'function'
    ? byFunction(service, mapping, json)
    : typeof mapping === 'object'
      ? Object.fromEntries(Object.entries(mapping).map(([key, path]) => [key, valueAt(service, path, json) ?? undefined]))
      : mapping === undefined ? json : valueAt(service, mapping, json);
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.map(String).join('.');
  const { outcomeUnknown } = refusalOf({ ...request, refusal: () => ({ kind: 'malformed' }) }, raw);
  throw new ConnectorError(service, 'malformed', `${service}: ${place}, as the configuration reads it, is not as expected (${issue?.message ?? 'another shape'})`, { cause: read.error, outcomeUnknown });
}

/** The words in which most APIs say why they refuse. */
export function saidBy(answer: HttpAnswer): { readonly message?: string } {
  try {
    const json = JSON.parse(answer.text()) as unknown;
    const said = ['error.message', 'message', 'error', 'detail', 'title', 'errors[0].message', 'errors[0].detail', 'errors[0]'].map((path) => search(json as never, path) as unknown).find((one) => typeof one === 'string' && one !== '');
    return said === undefined ? {} : { message: said as string };
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
