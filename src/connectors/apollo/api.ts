import { z } from 'zod';
import type { HttpAnswer } from '../http/client.ts';
import { callJson, type JsonCall } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import type { ApolloSettings } from './index.ts';

/** One request to Apollo; `path` begins behind the version, `/people/bulk_match`. */
export type ApolloRequest<T> = Pick<JsonCall<T>, 'method' | 'query' | 'body' | 'changes' | 'answers' | 'answer'> & { readonly path: string };

/** Answers the body; undefined when the status is one of `answers`. Throws only ConnectorError, with Apollo's words. */
export type ApolloApi = <T>(request: ApolloRequest<T>, call: ToolCall) => Promise<T | undefined>;

const SERVICE = 'apollo';

/** The API under `https://api.apollo.io/api/v1`, key in `x-api-key` (docs.apollo.io/reference/authentication). */
export function apolloApi(settings: ApolloSettings, context: ToolContext): ApolloApi {
  const http = context.http({ service: SERVICE, timeoutMs: 60_000, rates: RATE_FORMS.apollo });
  const apiKey = context.secret(settings.apiKey);
  const base = settings.baseUrl.replace(/\/+$/, '');
  return async ({ path, ...request }, call) => {
    const { body } = await callJson(http, { ...request, service: SERVICE, url: `${base}${path}`, headers: { 'x-api-key': apiKey(), 'cache-control': 'no-cache' }, refusal: saidBy }, call);
    return body;
  };
}

const Refusal = z.object({ error: z.string().nullish(), message: z.string().nullish(), errors: z.array(z.string()).nullish() });

/** Refusals are JSON with `error`; that of a bad key is plain text (docs.apollo.io/reference/status-codes). */
function saidBy(answer: HttpAnswer): { readonly message?: string } {
  const text = answer.text();
  try {
    const { error, message, errors } = Refusal.parse(JSON.parse(text));
    const said = error ?? message ?? errors?.[0];
    return said === undefined || said === null ? {} : { message: said };
  } catch {
    return text.length <= 200 && !text.includes('<') ? { message: text } : {};
  }
}
