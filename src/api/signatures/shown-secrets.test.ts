import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { createVerifier } from './verify.ts';

const env = { OLD: 'the old secret', NEW: 'the new secret' };
const secrets = [secret('NEW'), secret('OLD')];
const options = { env, now: () => 0 };
const body = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

test.each([
  ['the new one', { secret: 'the new secret' }, undefined],
  ['the old one while it is being changed', { secret: 'the old secret' }, undefined],
  ['another', { secret: 'a guess' }, 'signature_invalid'],
  ['none', { other: 'the new secret' }, 'signature_missing'],
  ['one that is no text', { secret: ['the new secret'] }, 'signature_missing'],
  ['one in a body that is no object', '"the new secret"', 'signature_missing'],
  ['one in a body that is no JSON', 'secret=the new secret', 'signature_missing'],
])('a secret in the body: %s', (_, shown, code) => {
  const verify = createVerifier({ scheme: 'body-secret', secrets }, options);
  const play = (): string => verify({ headers: {}, body: body(shown) }).verdict;
  if (code === undefined) expect(play()).toBe('body-secret');
  else expect(play).toThrow(expect.objectContaining({ code }) as Error);
});

test('its field may be another', () => {
  const verify = createVerifier({ scheme: 'body-secret', secrets, options: { field: 'token' } }, options);
  expect(verify({ headers: {}, body: body({ token: 'the new secret' }) }).verdict).toBe('body-secret');
});

test('HubSpot signs by a hash of its secret and the body', () => {
  const verify = createVerifier({ scheme: 'hubspot', secrets }, options);
  const signed = (text: string, by: string): Parameters<typeof verify>[0] => ({ headers: { 'x-hubspot-signature': createHash('sha256').update(by).update(text).digest('hex') }, body: body(text) });
  expect(verify(signed('[{"objectId":1}]', 'the old secret')).verdict).toBe('hubspot');
  expect(() => verify(signed('[{"objectId":1}]', 'a guess'))).toThrow(expect.objectContaining({ code: 'signature_invalid' }) as Error);
  expect(() => verify({ headers: {}, body: body('[]') })).toThrow(expect.objectContaining({ code: 'signature_missing' }) as Error);
});
