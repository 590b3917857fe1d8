import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson, type JsonCall } from '../http/json-call.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import type { BrevoSettings } from './index.ts';

export const SERVICE = 'brevo';

/** One request to Brevo's API; answers what fits the shape. */
export type Ask = <T>(request: Pick<JsonCall<T>, 'method' | 'query' | 'body' | 'answer'> & { readonly path: string }, call: ToolCall) => Promise<T>;

export function asker(http: HttpClient, { apiKey, baseUrl }: BrevoSettings, context: ToolContext): Ask {
  const secret = context.secret(apiKey);
  return async ({ path, ...request }, call) => {
    const { body } = await callJson(http, { service: SERVICE, ...request, url: `${baseUrl.replace(/\/+$/, '')}${path}`, headers: { 'api-key': secret() }, refusal: saidBy }, call);
    return body!;
  };
}

export function listId(list: string): number {
  if (!/^\d{1,15}$/.test(list)) throw new ConnectorError(SERVICE, 'rejected', `brevo: a list is known by its number, and “${list}” is none`);
  return Number(list);
}

const Said = z.looseObject({ code: z.string().catch(''), message: z.string().catch('') });

function saidBy(answer: HttpAnswer): { readonly message: string } | undefined {
  try {
    const { code, message } = Said.parse(JSON.parse(answer.text()));
    return { message: message === '' ? code : message };
  } catch {
    return undefined;
  }
}
