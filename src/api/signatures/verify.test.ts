import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import type { Verification } from '../../config/use-case.ts';
import type { ProblemCode, Refusal } from '../errors.ts';
import { answerZoomHandshake } from './handshake.ts';
import { vectors, type Vector } from './vectors.fixture.ts';
import { createVerifier, type SignedRequest } from './verify.ts';

const names = ['FIRST', 'SECOND', 'THIRD'] as const;

function verify(scheme: string, secrets: readonly string[], request: SignedRequest, nowMs = 0, options?: Readonly<Record<string, string>>) {
  const env = Object.fromEntries(secrets.map((value, index) => [names[index]!, value]));
  const verification: Verification = { scheme, secrets: names.map(secret), options };
  return createVerifier(verification, { env, now: () => nowMs })(request);
}

function refusal(act: () => unknown): ProblemCode | 'accepted' {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return (error as Refusal).code;
  }
}

const requestOf = (vector: Vector, parts: Partial<SignedRequest> = {}): SignedRequest => ({
  headers: vector.headers,
  body: Buffer.from(vector.body),
  ...parts,
});

describe.each(vectors)('$scheme: $from', (vector) => {
  const { scheme, sentAtMs = 0, headers } = vector;
  const other = scheme === 'standard-webhooks' || scheme === 'svix' ? 'whsec_b3RoZXIgc2VjcmV0' : 'other secret';
  const check = (request: SignedRequest, nowMs = sentAtMs, secrets: readonly string[] = [vector.secret]) =>
    refusal(() => verify(scheme, secrets, request, nowMs, vector.options));
  const withHeader = (name: string, value: string | undefined) => requestOf(vector, { headers: { ...headers, [name]: value } });

  test('is accepted, and the verdict names the scheme', () => {
    expect(verify(scheme, [vector.secret], requestOf(vector), sentAtMs, vector.options).verdict).toBe(scheme);
  });

  test('is accepted while an old and a new secret are live, in any order', () => {
    expect([check(requestOf(vector), sentAtMs, [other, vector.secret]), check(requestOf(vector), sentAtMs, [vector.secret, other])]).toEqual(['accepted', 'accepted']);
  });

  test('is refused with an altered body, an empty body, or another secret', () => {
    const altered = Buffer.from(vector.body);
    altered[altered.length - 1]! ^= 1;
    expect([check(requestOf(vector, { body: altered })), check(requestOf(vector, { body: Buffer.alloc(0) })), check(requestOf(vector), sentAtMs, [other])]).toEqual([
      'signature_invalid',
      'signature_invalid',
      'signature_invalid',
    ]);
  });

  test('is refused with each of its headers missing or empty', () => {
    for (const name of Object.keys(headers)) {
      expect([name, check(withHeader(name, undefined)), check(withHeader(name, ''))]).toEqual([name, 'signature_missing', 'signature_missing']);
    }
  });

  test('is refused with a signature that is cut, lengthened, in another encoding or without its prefix', () => {
    const name = vector.signatureHeader;
    const value = headers[name]!;
    const lead = /^.*?(?=[A-Za-z0-9+/]{40,}=?$)/.exec(value)?.[0] ?? '';
    const signature = value.slice(lead.length);
    const otherEncoding = signature.endsWith('=') ? Buffer.from(signature, 'base64').toString('hex') : Buffer.from(signature, 'hex').toString('base64');
    const broken = [value.slice(0, -1), `${value}0`, `${lead}${otherEncoding}`, ...(lead === '' ? [] : [signature]), 'ÿ', lead];
    for (const candidate of broken) {
      expect([candidate, check(withHeader(name, candidate))]).toEqual([candidate, expect.stringMatching(/^signature_(invalid|missing)$/)]);
    }
  });

  if (vector.sentAtMs === undefined) return;

  test('is refused when old, or from the future, or with an altered time', () => {
    const late = 300_001;
    expect([check(requestOf(vector), sentAtMs + late), check(requestOf(vector), sentAtMs - late)]).toEqual(['signature_expired', 'signature_expired']);
    expect([check(requestOf(vector), sentAtMs + 300_000), check(requestOf(vector), sentAtMs - 300_000)]).toEqual(['accepted', 'accepted']);
    for (const [name, value] of Object.entries(headers)) {
      const altered = value!.replace(/(?<=^|t=)\d{10,13}(?=$|,)/, (digits) => String(Number(digits) + 1));
      if (altered !== value) expect(check(withHeader(name, altered))).toBe('signature_invalid');
    }
  });
});

test('a header with several signatures is accepted when one of them fits', () => {
  const standard = vectors.find((vector) => vector.scheme === 'standard-webhooks')!;
  const fitting = standard.headers['webhook-signature']!;
  const stripe = vectors.find((vector) => vector.scheme === 'stripe')!;
  const [time, v1] = stripe.headers['stripe-signature']!.split(',');

  const results = [
    refusal(() => verify('standard-webhooks', [standard.secret], requestOf(standard, { headers: { ...standard.headers, 'webhook-signature': `v1a,xyz v1,AAAA ${fitting}` } }), standard.sentAtMs)),
    refusal(() => verify('stripe', [stripe.secret], requestOf(stripe, { headers: { 'stripe-signature': `${time},v1=${'0'.repeat(64)},v0=ff,${v1}` } }), stripe.sentAtMs)),
    refusal(() => verify('stripe', [stripe.secret], requestOf(stripe, { headers: { 'stripe-signature': `${time},v0=${v1!.slice(3)}` } }), stripe.sentAtMs)),
  ];

  expect(results).toEqual(['accepted', 'accepted', 'signature_invalid']);
});

test('the tolerance can be set', () => {
  const twenty = vectors.find((vector) => vector.scheme === 'twenty')!;
  const at = (laterMs: number) => refusal(() => verify('twenty', [twenty.secret], requestOf(twenty), twenty.sentAtMs! + laterMs, { toleranceSeconds: '10' }));
  expect([at(10_000), at(10_001)]).toEqual(['accepted', 'signature_expired']);
});

test.each([
  ['header-secret', {}, { 'x-webhook-secret': 'open sesame' }, 'accepted'],
  ['header-secret', {}, { 'x-webhook-secret': 'open' }, 'signature_invalid'],
  ['header-secret', {}, {}, 'signature_missing'],
  ['header-secret', { header: 'X-Token', prefix: 'Bearer ' }, { 'x-token': 'Bearer open sesame' }, 'accepted'],
  ['header-secret', { header: 'X-Token', prefix: 'Bearer ' }, { 'x-token': 'open sesame' }, 'signature_missing'],
  ['basic', { user: 'twenty' }, { authorization: `Basic ${btoa('twenty:open sesame')}` }, 'accepted'],
  ['basic', { user: 'twenty' }, { authorization: `Basic ${btoa('other:open sesame')}` }, 'signature_invalid'],
  ['basic', { user: 'twenty' }, { authorization: 'Bearer open' }, 'signature_missing'],
  ['basic', {}, { authorization: `basic ${btoa('open sesame')}` }, 'accepted'],
  ['path-secret', {}, {}, 'signature_missing'],
])('%s with options %j and headers %j: %s', (scheme, options, headers, expected) => {
  expect(refusal(() => verify(scheme, ['open sesame'], { headers, body: Buffer.alloc(0) }, 0, options))).toBe(expected);
});

test('the secret in the path is compared whole', () => {
  const check = (pathSecret: string) => refusal(() => verify('path-secret', ['open sesame'], { headers: {}, body: Buffer.alloc(0), pathSecret }));
  expect([check('open sesame'), check('open sesam'), check('open sesame!'), check('')]).toEqual(['accepted', 'signature_invalid', 'signature_invalid', 'signature_missing']);
});

test('a source without authentication is so only in those words', () => {
  const verdict = createVerifier({ scheme: 'none' }, { env: {}, now: () => 0 })({ headers: {}, body: Buffer.alloc(0) });
  expect(verdict).toEqual({ verdict: 'unauthenticated as configured' });
  expect(() => createVerifier({ scheme: 'gitlab', secrets: [] }, { env: {}, now: () => 0 })).toThrow(/"gitlab" is not a way to verify.*typeform/);
});

test('a rotated secret counts after five seconds, and none at all is a fault of the configuration', () => {
  const env: NodeJS.ProcessEnv = { FIRST: 'old' };
  let now = 0;
  const check = createVerifier({ scheme: 'header-secret', secrets: [secret('FIRST')] }, { env, now: () => now });
  const shown = (value: string) => refusal(() => check({ headers: { 'x-webhook-secret': value }, body: Buffer.alloc(0) }));

  const before = shown('old');
  env['FIRST'] = 'new';
  const soon = shown('old');
  now = 5_001;
  const later = [shown('old'), shown('new')];
  delete env['FIRST'];
  now = 10_002;

  expect([before, soon, later, shown('new')]).toEqual(['accepted', 'accepted', ['signature_invalid', 'accepted'], 'not_configured']);
});

test("Zoom's check of the address is answered with the token signed; an ordinary event is not taken for one", () => {
  const key = createSecretKey(Buffer.from('zoom secret'));
  const answer = answerZoomHandshake(Buffer.from('{"event":"endpoint.url_validation","payload":{"plainToken":"token"}}'), key);
  const event = answerZoomHandshake(Buffer.from('{"event":"meeting.ended","payload":{"topic":"endpoint.url_validation","plainToken":"token"}}'), key);

  expect([answer, event]).toEqual([{ plainToken: 'token', encryptedToken: createHmac('sha256', 'zoom secret').update('token').digest('hex') }, undefined]);
});
