import { z } from 'zod';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson, type JsonAnswer, type JsonCall } from '../http/json-call.ts';
import type { ToolCall } from '../tool.ts';
import type { HubspotSettings } from './index.ts';

export const SERVICE = 'hubspot';

/** HubSpot's API with one private app's token. */
export interface Api {
  readonly http: HttpClient;
  readonly settings: HubspotSettings;
  token(): string;
}

export function ask<T>({ http, settings, token }: Api, request: Omit<JsonCall<T>, 'service' | 'headers' | 'refusal'>, call: ToolCall): Promise<JsonAnswer<T>> {
  return callJson(http, { ...request, service: SERVICE, url: `${settings.baseUrl}${request.url}`, headers: { authorization: `Bearer ${token()}` }, refusal: saidBy }, call);
}

/** The same for requests that follow others of the step. */
export function midway(call: ToolCall): ToolCall {
  return { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) };
}

/** `{"status":"error","message","correlationId","category"}` (developers.hubspot.com, error handling). */
export function saidBy(answer: HttpAnswer): { readonly message?: string; readonly category?: string } {
  try {
    return z.object({ message: z.string(), category: z.string().optional() }).parse(answer.json());
  } catch {
    return {};
  }
}
