import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { ConnectorError } from '../../domain/failure.ts';
import type { ToolContext } from '../tool.ts';
import type { SnowflakeSettings } from './settings.ts';

/** Snowflake takes tokens of an hour at most; renewed well before. */
const LASTS_S = 3_540;
const RENEW_BEFORE_S = 300;

/**
 * The headers that say who calls: a JWT signed with the user's private key, a programmatic access token or an OAuth token. Source:
 * docs.snowflake.com/en/developer-guide/sql-api/authenticating.
 */
export function snowflakeAuth({ account, auth }: SnowflakeSettings, context: ToolContext): () => Promise<Readonly<Record<string, string>>> {
  const headers = (token: string, type: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}`, 'x-snowflake-authorization-token-type': type });
  if ('token' in auth) {
    const token = context.secret(auth.token);
    return () => Promise.resolve(headers(token(), 'PROGRAMMATIC_ACCESS_TOKEN'));
  }
  if ('oauthToken' in auth) {
    const token = context.secret(auth.oauthToken);
    return () => Promise.resolve(headers(token(), 'OAUTH'));
  }
  const pem = context.secret(auth.privateKey);
  const passphrase = auth.passphrase === undefined ? undefined : context.secret(auth.passphrase);
  let kept: { readonly pem: string; readonly token: string; readonly untilS: number } | undefined;
  return async () => {
    const text = pem();
    const nowS = Math.floor(Date.now() / 1000);
    if (kept?.pem !== text || nowS > kept.untilS - RENEW_BEFORE_S) {
      kept = { pem: text, token: await signed(keyOf(text, passphrase?.()), account, auth.user, nowS), untilS: nowS + LASTS_S };
    }
    return headers(kept.token, 'KEYPAIR_JWT');
  };
}

async function signed(key: KeyObject, account: string, user: string, nowS: number): Promise<string> {
  // A locator is named without its region, in capitals, as the user is.
  const subject = `${account.split('.')[0]!.toUpperCase()}.${user.toUpperCase()}`;
  const fingerprint = createHash('sha256').update(createPublicKey(key).export({ type: 'spki', format: 'der' })).digest('base64');
  return new SignJWT().setProtectedHeader({ alg: 'RS256' }).setIssuer(`${subject}.SHA256:${fingerprint}`).setSubject(subject).setIssuedAt(nowS).setExpirationTime(nowS + LASTS_S).sign(key);
}

function keyOf(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem.replaceAll('\\n', '\n'), ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    // The cause may quote the key.
    throw new ConnectorError('snowflake', 'unauthorized', 'snowflake: the private key cannot be read; it has to be PKCS #8 in PEM, with its passphrase if it has one');
  }
}
