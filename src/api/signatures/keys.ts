import { createSecretKey, type KeyObject } from 'node:crypto';
import { findSecret, type SecretRef } from '../../config/secret.ts';
import { Refusal } from '../errors.ts';

/** How long a resolved secret is used before it is looked up again: a rotation counts after this time, without a restart. */
const maxAgeMs = 5_000;

export interface LiveKey {
  readonly bytes: Buffer;
  /** The same, prepared: HMAC with bytes is several times slower (Node 24). */
  readonly hmac: KeyObject;
}

export interface KeyRingOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/**
 * The live keys of one source, looked up when used. Secrets that are not set are left out, so that a new one can be configured
 * before it exists; with none set it throws the refusal `not_configured`, whose cause names what to set.
 */
export function createKeyRing(
  refs: readonly SecretRef[],
  decode: (secret: string) => Buffer,
  { env, now }: KeyRingOptions,
): () => readonly LiveKey[] {
  let keys: readonly LiveKey[] = [];
  let readAt = -Infinity;
  return () => {
    const time = now();
    if (Math.abs(time - readAt) > maxAgeMs || keys.length === 0) {
      keys = readKeys(refs, decode, env);
      readAt = time;
    }
    return keys;
  };
}

/** The key that `whsec_` secrets of Standard Webhooks carry: base64 behind the prefix. */
export function decodeBase64Secret(secret: string): Buffer {
  const text = secret.replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  if (key.length === 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error('it is not base64 behind "whsec_"');
  return key;
}

function readKeys(refs: readonly SecretRef[], decode: (secret: string) => Buffer, env: NodeJS.ProcessEnv): readonly LiveKey[] {
  const problems: string[] = [];
  const keys: LiveKey[] = [];
  for (const ref of refs) {
    try {
      const secret = findSecret(ref, env);
      if (secret === undefined || secret === '') problems.push(`${ref.name} is not set`);
      else keys.push(liveKey(decode(secret)));
    } catch (error) {
      problems.push(`${ref.name} cannot be used: ${error instanceof Error ? error.message : 'unknown reason'}`);
    }
  }
  if (keys.length === 0) throw new Refusal('not_configured', { cause: new Error(problems.join('; ') || 'no secret is configured') });
  return keys;
}

function liveKey(bytes: Buffer): LiveKey {
  return { bytes, hmac: createSecretKey(bytes) };
}
