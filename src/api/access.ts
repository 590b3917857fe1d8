import type { IncomingMessage } from 'node:http';
import { createMiddleware } from 'hono/factory';
import { findSecret, secret } from '../config/secret.ts';
import { isLoopback } from './address.ts';
import type { GatewayEnv, GatewayOptions } from './contract.ts';
import { Refusal } from './errors.ts';
import { sameSecret } from './signatures/verify.ts';

/**
 * Lets through who shows the API token as a bearer token. While no token is set nobody gets in, except, with `trustLoopback`,
 * programs on this machine; a web page that a browser on this machine has open does not count as one.
 */
export function requireApiToken(options: GatewayOptions) {
  const ref = secret('SLUICE_API_TOKEN');
  return createMiddleware<GatewayEnv>(async (c, next) => {
    const token = findSecret(ref, options.env ?? process.env);
    if (token === undefined) {
      if (options.trustLoopback !== true || !isLocalProgram(c.env.incoming)) throw new Refusal('token_not_set');
    } else {
      assertBearer(c.env.incoming.headers.authorization, token);
    }
    await next();
  });
}

function assertBearer(header: string | undefined, token: string): void {
  const challenge = { 'WWW-Authenticate': 'Bearer realm="sluice"' };
  const match = /^Bearer +(.+?) *$/i.exec(header ?? '');
  if (match === null) throw new Refusal('token_missing', { path: 'header.authorization', headers: challenge });
  if (!sameSecret(Buffer.from(match[1]!), Buffer.from(token))) {
    throw new Refusal('token_invalid', { path: 'header.authorization', headers: challenge });
  }
}

/** From this machine, addressed as this machine, not through a proxy, and not on behalf of another site's page. */
function isLocalProgram(incoming: IncomingMessage): boolean {
  const { host = '', origin, forwarded, 'x-forwarded-for': forwardedFor, 'sec-fetch-site': site } = incoming.headers;
  const address = (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!isLoopback(address) || forwarded !== undefined || forwardedFor !== undefined) return false;
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || origin === `http://${host}`;
}
