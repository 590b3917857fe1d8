import { createHash, createHmac, randomBytes } from 'node:crypto';
import { decodeBase64Secret } from '../api/signatures/keys.ts';
import { findScheme, type HmacScheme, type SharedSecretScheme } from '../api/signatures/schemes.ts';
import { findSecret } from '../config/secret.ts';
import type { Integration, Verification } from '../config/use-case.ts';

/** A webhook as its sender would post it. */
export interface SignedSample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What stands behind the integration's address. */
  readonly path: string;
}

/** Signs a sample as its sender would. Undefined when the scheme is not known or its secret not set. */
export function signSample(verification: Verification, body: string, env: NodeJS.ProcessEnv): SignedSample | undefined {
  if (!('secrets' in verification)) return { headers: {}, body, path: '' };
  const scheme = findScheme(verification.scheme);
  const secret = verification.secrets.map((ref) => findSecret(ref, env)).find((value) => value !== undefined);
  if (scheme === undefined || secret === undefined) return undefined;
  return scheme.kind === 'hmac' ? withHash(scheme, verification.options ?? {}, secret, body) : withSecret(scheme, verification.options ?? {}, secret, body);
}

/** Secrets of webhooks that nobody has set: beside stand-ins any will do. By name, as the environment takes them. */
export function secretsForSamples(integrations: readonly Integration[], env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const missing = integrations.flatMap(({ useCase, settings }) => {
    const verification = useCase.hook?.(settings)?.verification;
    if (verification === undefined || !('secrets' in verification) || verification.secrets.some((ref) => findSecret(ref, env) !== undefined)) return [];
    const scheme = findScheme(verification.scheme);
    const isKey = scheme?.kind === 'hmac' && scheme.secret === 'base64';
    return verification.secrets.slice(0, 1).map(({ name }) => [name, isKey ? `whsec_${randomBytes(24).toString('base64')}` : randomBytes(24).toString('hex')] as const);
  });
  return Object.fromEntries(missing);
}

function withHash(scheme: HmacScheme, options: Readonly<Record<string, string>>, secret: string, body: string): SignedSample {
  const sentAt = scheme.timestamp === undefined ? '' : String(scheme.timestamp.unit === 'seconds' ? Math.floor(Date.now() / 1000) : Date.now());
  const id = `sample_${randomBytes(9).toString('hex')}`;
  const key = scheme.secret === 'base64' ? decodeBase64Secret(secret) : Buffer.from(secret);
  const [lead, tail] = scheme.signed.split('{body}').map((part) => part.replace('{id}', () => id).replace('{url}', () => options['url'] ?? '').replace('{timestamp}', () => sentAt)) as [string, string];
  const hash = scheme.plainHash === true ? createHash('sha256').update(key) : createHmac('sha256', key);
  const signature = `${scheme.prefix}${hash.update(lead).update(body).update(tail).digest(scheme.encoding)}`;
  const place = scheme.timestamp;
  const headers = {
    [options['header'] ?? scheme.header]: place !== undefined && 'prefix' in place ? `${place.prefix}${sentAt}${scheme.separator ?? ','}${signature}` : signature,
    ...(place !== undefined && 'header' in place ? { [place.header]: sentAt } : {}),
    ...(scheme.idHeader === undefined ? {} : { [scheme.idHeader]: id }),
  };
  return { headers, body, path: '' };
}

function withSecret(scheme: SharedSecretScheme, options: Readonly<Record<string, string>>, secret: string, body: string): SignedSample {
  const shown = options['user'] === undefined ? secret : `${options['user']}:${secret}`;
  switch (scheme.place) {
    case 'header':
      return { headers: { [options['header'] ?? scheme.header ?? '']: `${options['prefix'] ?? ''}${shown}` }, body, path: '' };
    case 'basic':
      return { headers: { authorization: `Basic ${Buffer.from(shown).toString('base64')}` }, body, path: '' };
    case 'path':
      return { headers: {}, body, path: `/${encodeURIComponent(secret)}` };
    case 'body':
      return { headers: {}, body: JSON.stringify({ ...(JSON.parse(body) as object), [options['field'] ?? 'secret']: secret }), path: '' };
  }
}
