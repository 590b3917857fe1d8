import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson, type JsonCall } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { ToolCall, ToolContext } from '../tool.ts';
import type { MailchimpSettings } from './index.ts';

export const SERVICE = 'mailchimp';

/** One request to an account of Mailchimp; answers what fits the shape. */
export type Ask = <T>(request: Pick<JsonCall<T>, 'method' | 'query' | 'body' | 'answer'> & { readonly path: string }, call: ToolCall) => Promise<T>;

export function asker({ apiKey, baseUrl }: MailchimpSettings, context: ToolContext): Ask {
  const http = context.http({ service: SERVICE, timeoutMs: 60_000, rates: RATE_FORMS.mailchimp });
  const secret = context.secret(apiKey);
  return async ({ path, ...request }, call) => {
    const key = secret();
    const url = `${(baseUrl ?? homeOf(key)).replace(/\/+$/, '')}${path}`;
    const headers = { authorization: `Basic ${Buffer.from(`sluice:${key}`).toString('base64')}` };
    const { body } = await callJson(http, { service: SERVICE, ...request, url, headers, refusal: problemOf }, call);
    return body!;
  };
}

/** The data centre stands behind the dash of every key. */
function homeOf(key: string): string {
  const [, centre] = /-([a-z]+\d+)$/.exec(key) ?? [];
  if (centre === undefined) throw new ConnectorError(SERVICE, 'unauthorized', 'mailchimp: the key does not end with its data centre, such as -us21');
  return `https://${centre}.api.mailchimp.com/3.0`;
}

/** application/problem+json (mailchimp.com/developer/marketing/docs/errors). */
const Problem = z.looseObject({
  title: z.string().catch(''), detail: z.string().catch(''),
  errors: z.array(z.looseObject({ field: z.string().catch(''), message: z.string().catch('') })).catch([]),
});

function problemOf(answer: HttpAnswer): { readonly message: string } | undefined {
  try {
    const { title, detail, errors } = Problem.parse(JSON.parse(answer.text()));
    const fields = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    return { message: [title, detail, fields].filter((part) => part !== '').join(': ') };
  } catch {
    return undefined;
  }
}
