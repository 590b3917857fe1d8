import type { IncomingHttpHeaders } from 'node:http';

/** Headers that tell something about the event itself; anything that proves or identifies the sender stays out of the inbox. */
const kept = [
  'user-agent', 'origin', 'referer', 'accept-language', 'idempotency-key', 'x-request-id',
  'webhook-id', 'webhook-timestamp', 'svix-id', 'svix-timestamp', 'x-github-event', 'x-github-delivery',
  'x-twenty-webhook-timestamp', 'x-webflow-timestamp', 'x-zm-request-timestamp', 'x-hubspot-request-timestamp',
] as const;

const maxLength = 500;

export function keptHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const name of kept) {
    const value = headers[name];
    if (typeof value === 'string') result[name] = value.length > maxLength ? value.slice(0, maxLength) : value;
  }
  return result;
}
