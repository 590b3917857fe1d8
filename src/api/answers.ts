import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Hook } from '../config/use-case.ts';
import type { Accepted } from '../domain/event.ts';
import type { GatewayEnv } from './contract.ts';
import { refusalBody, type Refusal } from './errors.ts';
import { mediaType } from './media-type.ts';

type Headers = Readonly<Record<string, string>>;

/** 202 for what is new, 200 for a repeat, both with the id of the first; a browser's form is sent to the thank-you page instead. */
export function answerAccepted(c: Context<GatewayEnv>, accepted: Accepted, hook?: Hook, headers: Headers = {}): Response | Promise<Response> {
  if (hook !== undefined && isBrowserForm(c)) {
    if (hook.thankYouUrl !== undefined) return c.body(null, 303, { ...headers, Location: hook.thankYouUrl });
    return page(c, accepted.repeat ? 200 : 202, headers, 'Thank you', 'What you sent has arrived.');
  }
  const body = `{"eventId":${JSON.stringify(accepted.eventId)},"repeat":${accepted.repeat}}`;
  return c.body(body, accepted.repeat ? 200 : 202, { ...headers, 'Content-Type': 'application/json' });
}

/** The same words for programs as JSON and for a browser's form as a small page. */
export function answerRefusal(c: Context<GatewayEnv>, refusal: Refusal, headers: Headers = {}): Response | Promise<Response> {
  const all = { ...headers, ...refusal.headers };
  if (isBrowserForm(c)) return page(c, refusal.status, all, 'This could not be sent', refusal.message, refusal.remedy);
  return c.json(refusalBody(refusal), refusal.status, all);
}

/** A form that a browser posts by itself and whose answer it will show; a script asks for anything or for JSON. */
function isBrowserForm(c: Context<GatewayEnv>): boolean {
  if (c.req.method !== 'POST') return false;
  const { accept, 'content-type': contentType } = c.env.incoming.headers;
  if (accept === undefined || !accept.includes('text/html')) return false;
  const type = mediaType(contentType);
  return type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data';
}

function page(c: Context<GatewayEnv>, status: Refusal['status'], headers: Headers, title: string, ...lines: readonly string[]) {
  return c.html(
    html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<h1>${title}</h1>
${lines.map((line) => html`<p>${line}</p>`)}
</html>`,
    status,
    { ...headers, 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'", 'X-Content-Type-Options': 'nosniff' },
  );
}
