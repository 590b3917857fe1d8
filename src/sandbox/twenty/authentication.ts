import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Faults } from './faults.ts';

export type Authentication = 'ok' | 'missing' | 'invalid' | 'revoked';

/** The scheme's case does not matter; any other scheme counts as no token. */
export function authenticate(headers: IncomingHttpHeaders, apiKey: string, faults: Faults): Authentication {
  const token = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return 'missing';
  const given = Buffer.from(token);
  const wanted = Buffer.from(apiKey);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'invalid';
  return faults.keyRevoked ? 'revoked' : 'ok';
}
