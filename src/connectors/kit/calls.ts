import { z } from 'zod';
import { ConnectorError, type FailureKind } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson, type JsonCall } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import type { KitSettings } from './index.ts';

export const SERVICE = 'kit';

/** One request to Kit's API; answers what fits the shape. */
export type Ask = <T>(request: Pick<JsonCall<T>, 'method' | 'query' | 'body' | 'answer'> & { readonly path: string }, call: ToolCall) => Promise<T>;

export function asker({ accessToken, apiKey, baseUrl }: KitSettings, context: ToolContext): Ask {
  const http = context.http({ service: SERVICE, timeoutMs: 60_000, rates: RATE_FORMS.kit });
  const token = accessToken === undefined ? undefined : context.secret(accessToken);
  const key = apiKey === undefined ? undefined : context.secret(apiKey);
  return async ({ path, ...request }, call) => {
    const headers: Record<string, string> = token === undefined ? { 'x-kit-api-key': key?.() ?? '' } : { authorization: `Bearer ${token()}` };
    const { body } = await callJson(http, { service: SERVICE, ...request, url: `${baseUrl.replace(/\/+$/, '')}${path}`, headers, refusal: saidBy }, call);
    return body!;
  };
}

/** The context of a request that follows others of the same step. */
export function midway(call: ToolCall): ToolCall {
  return { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) };
}

/** A list is a tag. */
export function tagId(list: string): number {
  if (!/^\d{1,15}$/.test(list)) throw new ConnectorError(SERVICE, 'rejected', `kit: a list is a tag, known by its number, and “${list}” is none`);
  return Number(list);
}

const Said = z.looseObject({ errors: z.array(z.string()).catch([]) });

/** 413: too many bulk requests wait already (developers.kit.com/api-reference/response-codes). */
function saidBy(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } | undefined {
  const kind: { kind?: FailureKind } = answer.status === 413 ? { kind: 'rate_limited' } : {};
  try {
    return { ...kind, message: Said.parse(JSON.parse(answer.text())).errors.join('; ') };
  } catch {
    return kind;
  }
}
