import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './errors.ts';

/**
 * The web site a browser sends from: the Origin header, else the origin of the Referer; undefined when neither is there, as
 * with servers. `null` is what browsers send for pages without an origin.
 */
export function senderOrigin(headers: IncomingHttpHeaders): string | undefined {
  if (headers.origin !== undefined) return headers.origin;
  if (headers.referer === undefined) return undefined;
  return URL.canParse(headers.referer) ? new URL(headers.referer).origin : 'null';
}

/** Throws unless a browser may send from there. No list allows every site, an empty list none. */
export function assertOrigin(origin: string | undefined, allowed: readonly string[] | undefined): void {
  if (origin === undefined || allowed === undefined || allowed.includes(origin)) return;
  throw new Refusal('origin_not_allowed', { path: 'header.origin' });
}

/** The headers that let a script of an allowed site send and read the answer; empty for anybody else. */
export function corsHeaders(origin: string | undefined, allowed: readonly string[] | undefined): Readonly<Record<string, string>> {
  if (origin === undefined) return {};
  if (allowed === undefined) return { 'Access-Control-Allow-Origin': '*' };
  return allowed.includes(origin) ? { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' } : { Vary: 'Origin' };
}

export const preflightHeaders = {
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': 'content-type',
  'Access-Control-Max-Age': '600',
} as const;
