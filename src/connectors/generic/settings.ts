import { compile } from '@jmespath-community/jmespath';
import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { SecretRef } from '../../config/secret.ts';

/** How a tool that Sluice has never heard of knows who is calling. */
export type GenericAuth =
  | { readonly bearer: SecretRef }
  /** `{ header: 'X-API-Key', secret: secret('KEY') }`; `prefix` stands before the secret, `Token `. */
  | { readonly header: string; readonly secret: SecretRef; readonly prefix?: string | undefined }
  /** In the address, for services that take it nowhere else. */
  | { readonly query: string; readonly secret: SecretRef }
  | { readonly user: string; readonly password: SecretRef };

const AUTH_REMEDY = "Write { bearer: secret('TOOL_API_KEY') }, { header: 'X-API-Key', secret: secret('TOOL_API_KEY') }, { query: 'api_key', secret: … } or { user: 'sluice', password: … }.";
const headerName = z.string({ error: "Write the name of a header, for example 'X-API-Key'." }).regex(/^[A-Za-z0-9-]+$/, { error: "Write the name of a header, for example 'X-API-Key'." });

const Auth: z.ZodType<GenericAuth, GenericAuth> = z.union(
  [
    field.settings({ bearer: field.secretRef('TOOL_API_KEY') }),
    field.settings({ header: headerName, secret: field.secretRef('TOOL_API_KEY'), prefix: z.string().optional() }),
    field.settings({ query: field.text('api_key'), secret: field.secretRef('TOOL_API_KEY') }),
    field.settings({ user: field.text('sluice'), password: field.secretRef('TOOL_PASSWORD') }),
  ],
  { error: AUTH_REMEDY },
);

/** What every generic connection has: spread into the settings of a role. */
export const genericShape = {
  /** Where the tool's API begins, `https://api.tool.example/v1`. */
  url: field.webAddress('https://api.tool.example/v1'),
  auth: Auth.optional(),
  /** Sent with every request; no credentials. */
  headers: z.record(headerName, z.string(), { error: "Write { 'Api-Version': '2' }." }).default({}),
  ...limited(),
  timeoutMs: field.wholeNumber(100, 600_000).default(30_000),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
};

export interface GenericSettings {
  readonly url: string;
  readonly auth?: GenericAuth | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** 20 MB unless given. */
  readonly maxAnswerBytes?: number | undefined;
}

/** Values with `{name}` for those of the input: a text that is nothing but `{name}` becomes the value as it is. */
export type Template = string | number | boolean | null | readonly Template[] | { readonly [key: string]: Template };

/**
 * One kind of request. `I` is what it is made of (shown to functions, and to `{name}` in texts, where paths such as `{person.email}` are
 * JMESPath, jmespath.org), `A` what the answer is read as: by a function, by one JMESPath expression, or by one for each field.
 */
export interface GenericOperation<I = unknown, A = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Behind the connection's address: `/people/{email}`, values encoded; or a whole address. */
  readonly path: string | ((input: I) => string);
  readonly query?: Template | ((input: I) => unknown) | undefined;
  readonly body?: Template | ((input: I) => unknown) | undefined;
  /** How the body is written; JSON unless said. */
  readonly as: 'json' | 'form';
  /** The header that takes a key by which the tool recognises a repeat, `Idempotency-Key`. */
  readonly idempotencyHeader?: string | undefined;
  /** Statuses that mean “there is no such thing”. */
  readonly notFound: readonly number[];
  readonly answer?: string | Readonly<Record<string, string>> | ((answer: unknown) => A) | undefined;
}

const functionOr = <T extends z.ZodType>(schema: T, example: string) => z.union([schema, field.code<(input: never) => unknown>(example)], { error: `Write a value with {names}, or a function such as ${example}.` });
const template: z.ZodType<Template, Template> = z.json() as unknown as z.ZodType<Template, Template>;

/** The settings of one kind of request as a shape, for a role that adds its own. `example` is a path. */
export function operationShape(example: string, method: GenericOperation['method']) {
  return {
    method: field.oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default(method),
    path: functionOr(field.text(example), `(input) => '${example}'`),
    query: functionOr(template, '(input) => ({ email: input.email })').optional(),
    body: functionOr(template, '(input) => ({ email: input.email })').optional(),
    as: field.oneOf(['json', 'form']).default('json'),
    idempotencyHeader: headerName.optional(),
    notFound: z.array(field.wholeNumber(300, 499)).default([404]),
    answer: z.union([z.string(), z.record(z.string(), z.string()), field.code<(answer: unknown) => unknown>('(answer) => answer.data')], {
      error: "Write a JMESPath such as 'data.person', one for each field such as { id: 'data.id' }, or a function (answer) => ….",
    }).optional(),
  };
}

/** The settings of one kind of request, for a role's schema. `example` is a path. */
export function operation<I, A>(example: string, method: GenericOperation['method'] = 'POST'): z.ZodType<GenericOperation<I, A>, GenericOperationInput<I, A>> {
  return field.settings(operationShape(example, method), `Write { path: '${example}' }.`) as unknown as z.ZodType<GenericOperation<I, A>, GenericOperationInput<I, A>>;
}

export type GenericOperationInput<I, A> = Pick<GenericOperation<I, A>, 'path'> & Partial<GenericOperation<I, A>>;

/** Where something stands in an answer; looked at when the configuration is read, so that a slip is told there. */
export function expression(example: string): z.ZodType<string, string> {
  return z.string({ error: `Write where it stands, for example '${example}' (JMESPath).` }).refine(isExpression, { error: `Is no JMESPath. Write for example '${example}'.` });
}

function isExpression(text: string): boolean {
  try {
    compile(text);
    return true;
  } catch {
    return false;
  }
}

/** How a list is cut into pages. `param` goes into the query; where the path, query or body name `{cursor}`, `{page}` or `{offset}`, it goes there instead. */
export const Paging = z.discriminatedUnion('by', [
  /** The answer names where to go on: `{ by: 'cursor', next: 'meta.next_cursor', param: 'cursor' }`; `next` is JMESPath (jmespath.org). */
  z.strictObject({ by: z.literal('cursor'), next: field.text('meta.next_cursor'), param: field.text('cursor').default('cursor') }),
  /** Pages have numbers. With `size`, a page that holds fewer rows is the last; without, one that holds none. */
  z.strictObject({ by: z.literal('page'), param: field.text('page').default('page'), first: field.wholeNumber(0, 1).default(1), size: pageSize().optional() }),
  z.strictObject({ by: z.literal('offset'), param: field.text('offset').default('offset'), size: pageSize() }),
  /** The header `Link: <…>; rel="next"` (RFC 8288), or with `next` an address in the answer. */
  z.strictObject({ by: z.literal('link'), next: field.text('links.next').optional() }),
], { error: "Write { by: 'cursor', next: 'meta.next_cursor', param: 'cursor' }, { by: 'page' }, { by: 'offset', size: { param: 'limit', rows: 100 } } or { by: 'link' }." });
export type Paging = z.output<typeof Paging>;
export type PagingInput = z.input<typeof Paging>;

function pageSize() {
  return field.settings({ param: field.text('limit'), rows: field.wholeNumber(1, 100_000) }, "Write { param: 'limit', rows: 100 }.");
}
