import Stripe from 'stripe';
import type { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpClient, HttpRequest } from '../http/client.ts';
import type { ToolCall } from '../tool.ts';
import { StripeFault } from './faults.ts';

/** The version whose shapes are read here; an account's own default changes nothing. The SDK's types are of the same. */
const API_VERSION = '2026-10-28.endive';

type SdkHttp = NonNullable<NonNullable<ConstructorParameters<typeof Stripe>[1]>['httpClient']>;

/**
 * Stripe's own client for one step, with our way out: its retries are off, nothing of the machine is told, and what goes wrong comes out
 * as our error. Every request waits for its turn.
 */
export function sdkFor(key: string, baseUrl: string, http: HttpClient, call: ToolCall): Stripe {
  const httpClient: SdkHttp = {
    getClientName: () => 'sluice',
    async makeRequest(_host, _port, path, method, headers, body) {
      await call.pace(1);
      const isPost = method === 'POST';
      const answer = await http.send({
        method: method as HttpRequest['method'],
        url: `${baseUrl}${path}`,
        headers: passed(headers, isPost),
        ...(isPost ? { body } : {}),
        signal: call.signal,
      });
      if (answer.status < 200 || answer.status > 299) throw new StripeFault(answer, method !== 'GET');
      const json = answer.json();
      if (typeof json !== 'object' || json === null) throw malformed('the answer is no object', method !== 'GET');
      return {
        getStatusCode: () => answer.status,
        getHeaders: () => answer.headers,
        getRawResponse: () => ({}),
        toStream: () => { throw new Error('Nothing is streamed from Stripe.'); },
        toJSON: () => Promise.resolve(json),
      };
    },
  };
  return new Stripe(key, { apiVersion: API_VERSION, httpClient, maxNetworkRetries: 0, telemetry: false });
}

/** The answer of the SDK in our shape. Throws only ConnectorError. */
export async function asked<T>(work: Promise<unknown>, shape: z.ZodType<T>, changes: boolean): Promise<T> {
  const answer = await work.catch((error: unknown) => {
    // The SDK wraps whatever its HTTP client throws.
    const { detail } = error as { readonly detail?: unknown };
    throw detail instanceof ConnectorError ? detail : error;
  });
  const read = shape.safeParse(answer);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw malformed(`${issue?.path.map(String).join('.') || 'the answer'} is not as expected`, changes, read.error);
}

function malformed(words: string, changes: boolean, cause?: unknown): ConnectorError {
  return new ConnectorError('stripe', 'malformed', `stripe: ${words}`, { cause, outcomeUnknown: changes });
}

const PASSED = ['authorization', 'stripe-version', 'idempotency-key'];

function passed(headers: object, isPost: boolean): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => PASSED.includes(name.toLowerCase())).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return { accept: 'application/json', 'user-agent': 'sluice', ...(isPost ? { 'content-type': 'application/x-www-form-urlencoded' } : {}), ...Object.fromEntries(kept) };
}
