import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Verification } from '../../config/use-case.ts';
import { Refusal } from '../errors.ts';
import { createKeyRing, decodeBase64Secret, type KeyRingOptions, type LiveKey } from './keys.ts';
import { findScheme, schemes, type HmacScheme, type SharedSecretScheme } from './schemes.ts';

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The part of the address behind the integration's name, when there is one. */
  readonly pathSecret?: string;
}

/** How the sender was verified, as it is stored with the event. */
export interface Verdict {
  readonly verdict: string;
  /** The key that fitted; undefined for a source without authentication. */
  readonly key?: LiveKey;
}

export type Verifier = (request: SignedRequest) => Verdict;

export const unauthenticated = 'unauthenticated as configured';

/** Reads one row of the table of schemes. The verifier throws a `Refusal`; this function an error about the configuration. */
export function createVerifier(verification: Verification, options: KeyRingOptions): Verifier {
  if (!('secrets' in verification)) return () => ({ verdict: unauthenticated });
  const scheme = findScheme(verification.scheme);
  if (scheme === undefined) {
    throw new Error(`"${verification.scheme}" is not a way to verify a sender; use one of ${Object.keys(schemes).join(', ')}, none.`);
  }
  const decode = scheme.kind === 'hmac' && scheme.secret === 'base64' ? decodeBase64Secret : (secret: string) => Buffer.from(secret);
  const keys = createKeyRing(verification.secrets, decode, options);
  const settings = verification.options ?? {};
  const check = scheme.kind === 'hmac' ? hmacCheck(scheme, settings, options.now) : sharedSecretCheck(scheme, settings);
  return (request) => ({ verdict: verification.scheme, key: check(request, keys()) });
}

type Check = (request: SignedRequest, keys: readonly LiveKey[]) => LiveKey;

/** No honest header carries more; the rest is not looked at. */
const maxSignatures = 10;

function hmacCheck(scheme: HmacScheme, settings: Readonly<Record<string, string>>, now: () => number): Check {
  const header = (settings['header'] ?? scheme.header).toLowerCase();
  const toleranceMs = Number(settings['toleranceSeconds'] ?? 300) * 1_000;
  if (!(toleranceMs > 0)) throw new Error('The option toleranceSeconds must be a number of seconds above 0.');
  const [before, after] = scheme.signed.split('{body}') as [string, string];
  const url = settings['url'] ?? '';
  if (scheme.signed.includes('{url}') && url === '') throw new Error('The option url must be the address that the sender calls.');

  return (request, keys) => {
    const value = request.headers[header];
    if (value === undefined || value === '') throw missing(header);
    const parts = scheme.separator === undefined ? [value] : value.split(scheme.separator).map((part) => part.trim());
    const timestamp = findTimestamp(scheme, parts, request);
    const id = scheme.idHeader === undefined ? '' : (request.headers[scheme.idHeader] ?? '');
    if (scheme.idHeader !== undefined && id === '') throw missing(scheme.idHeader);
    const filled = (template: string): string => template.replace('{id}', () => id).replace('{url}', () => url).replace('{timestamp}', () => timestamp);
    const [lead, tail] = [filled(before), filled(after)];
    const signatures = readSignatures(scheme, parts);
    const key = keys.find((candidate) => {
      const hash = scheme.plainHash === true ? createHash('sha256').update(candidate.bytes) : createHmac('sha256', candidate.hmac);
      const expected = hash.update(lead).update(request.body).update(tail).digest();
      return signatures.some((signature) => timingSafeEqual(signature, expected));
    });
    if (key === undefined) throw new Refusal('signature_invalid', { path: `header.${header}` });
    if (scheme.timestamp !== undefined) assertRecent(Number(timestamp) * (scheme.timestamp.unit === 'seconds' ? 1_000 : 1), now(), toleranceMs);
    return key;
  };
}

function findTimestamp(scheme: HmacScheme, parts: readonly string[], request: SignedRequest): string {
  if (scheme.timestamp === undefined) return '';
  const place = scheme.timestamp;
  const found =
    'header' in place ? request.headers[place.header] : parts.find((part) => part.startsWith(place.prefix))?.slice(place.prefix.length);
  const path = `header.${'header' in place ? place.header : scheme.header}`;
  if (found === undefined || found === '') throw new Refusal('signature_missing', { message: 'The time of the signature is missing.', path });
  if (!/^\d{1,16}$/.test(found)) throw new Refusal('signature_invalid', { message: 'The time of the signature is not a number.', path });
  return found;
}

/** The well-formed signatures in the header, decoded. */
function readSignatures(scheme: HmacScheme, parts: readonly string[]): readonly Buffer[] {
  const wellFormed = scheme.encoding === 'hex' ? /^[0-9a-f]{64}$/i : /^[A-Za-z0-9+/]{43}=$/;
  return parts
    .filter((part) => part.startsWith(scheme.prefix))
    .slice(0, maxSignatures)
    .map((part) => part.slice(scheme.prefix.length))
    .filter((text) => wellFormed.test(text))
    .map((text) => Buffer.from(text, scheme.encoding));
}

function assertRecent(sentAtMs: number, nowMs: number, toleranceMs: number): void {
  if (Math.abs(nowMs - sentAtMs) <= toleranceMs) return;
  const seconds = Math.round(Math.abs(nowMs - sentAtMs) / 1_000);
  const side = sentAtMs < nowMs ? 'old' : 'in the future';
  throw new Refusal('signature_expired', { message: `The signature is genuine, but ${seconds} seconds ${side}; ${toleranceMs / 1_000} are allowed.` });
}

function sharedSecretCheck(scheme: SharedSecretScheme, settings: Readonly<Record<string, string>>): Check {
  const header = scheme.place === 'basic' ? 'authorization' : (settings['header'] ?? scheme.header ?? '').toLowerCase();
  const prefix = scheme.place === 'basic' ? 'Basic ' : (settings['prefix'] ?? '');
  const user = settings['user'];
  const headers: Readonly<Record<string, string>> = scheme.place === 'basic' ? { 'WWW-Authenticate': 'Basic realm="sluice"' } : {};
  const bodyField = settings['field'] ?? 'secret';
  const path = scheme.place === 'path' ? 'path' : scheme.place === 'body' ? `body.${bodyField}` : `header.${header}`;

  return (request, keys) => {
    const shown = scheme.place === 'path' ? request.pathSecret : scheme.place === 'body' ? shownInBody(request.body, bodyField) : shownInHeader(request.headers[header], prefix);
    if (shown === undefined || shown === '') throw new Refusal('signature_missing', { path, headers });
    const given = scheme.place === 'basic' ? Buffer.from(shown, 'base64') : Buffer.from(shown);
    const key = keys.find(({ bytes }) => sameSecret(given, user === undefined ? bytes : Buffer.concat([Buffer.from(`${user}:`), bytes])));
    if (key === undefined) throw new Refusal('signature_invalid', { message: 'The secret shown is not the right one.', path, headers });
    return key;
  };
}

function shownInHeader(value: string | undefined, prefix: string): string | undefined {
  if (value === undefined || value.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return undefined;
  return value.slice(prefix.length).trim();
}

function shownInBody(body: Uint8Array, name: string): string | undefined {
  try {
    const json = JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
    const value = typeof json === 'object' && json !== null && Object.hasOwn(json, name) ? (json as Readonly<Record<string, unknown>>)[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    // What is no JSON shows no secret.
    return undefined;
  }
}

/** Compares in constant time whatever the lengths are. */
export function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

function missing(header: string): Refusal {
  return new Refusal('signature_missing', { message: `The header ${header} is missing.`, path: `header.${header}` });
}
