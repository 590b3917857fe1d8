import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { ToolContext } from '../tool.ts';
import type { BigQuerySettings } from './settings.ts';

const LASTS_S = 3_600;
const RENEW_BEFORE_S = 300;
const AUDIENCE = 'https://bigquery.googleapis.com/';

const Key = z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string().optional() });

/**
 * The bearer token: as it is configured, or a JWT that the service account signs itself, which Google's APIs take without an exchange.
 * Source: developers.google.com/identity/protocols/oauth2/service-account, service account authorization without OAuth.
 */
export function bigQueryToken({ auth }: BigQuerySettings, context: ToolContext): () => Promise<string> {
  if ('token' in auth) {
    const token = context.secret(auth.token);
    return () => Promise.resolve(token());
  }
  const json = context.secret(auth.serviceAccount);
  let kept: { readonly json: string; readonly token: string; readonly untilS: number } | undefined;
  return async () => {
    const text = json();
    const nowS = Math.floor(Date.now() / 1000);
    if (kept?.json !== text || nowS > kept.untilS - RENEW_BEFORE_S) kept = { json: text, token: await signed(text, nowS), untilS: nowS + LASTS_S };
    return kept.token;
  };
}

async function signed(json: string, nowS: number): Promise<string> {
  try {
    const { client_email: email, private_key: pem, private_key_id: kid } = Key.parse(JSON.parse(json));
    const header = { alg: 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) };
    return await new SignJWT().setProtectedHeader(header).setIssuer(email).setSubject(email).setAudience(AUDIENCE).setIssuedAt(nowS).setExpirationTime(nowS + LASTS_S).sign(await importPKCS8(pem, 'RS256'));
  } catch {
    // The cause may quote the key.
    throw new ConnectorError('bigquery', 'unauthorized', 'bigquery: the key of the service account cannot be read; it has to be the JSON file that Google gives');
  }
}
