import { expect, test } from 'vitest';
import { schemes } from '../api/signatures/schemes.ts';
import { createVerifier } from '../api/signatures/verify.ts';
import { secret } from '../config/secret.ts';
import type { Integration } from '../config/use-case.ts';
import { secretsForSamples, signSample } from './sign-sample.ts';

test.each([...Object.keys(schemes), 'none'])('what is signed as %s is let in', (scheme) => {
  const verification = scheme === 'none' ? { scheme: 'none' as const } : { scheme, secrets: [secret('HOOK_SECRET')], options: { url: 'https://sluice.acme.example/hooks/x' } };
  const integration = { name: 'x', useCase: { hook: () => ({ verification }) }, settings: {} } as unknown as Integration;
  const env = secretsForSamples([integration], {});
  const { headers, body, path } = signSample(verification, '{"a":"ü"}', env)!;
  const verify = createVerifier(verification, { env, now: Date.now });
  const sent = { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), body: Buffer.from(body), ...(path === '' ? {} : { pathSecret: decodeURIComponent(path.slice(1)) }) };
  expect(verify(sent).verdict).toBe(scheme === 'none' ? 'unauthenticated as configured' : scheme);
});

test('a secret that is set stays, and without one nothing is signed', () => {
  const verification = { scheme: 'stripe', secrets: [secret('OLD'), secret('NEW')] };
  const integration = { name: 'x', useCase: { hook: () => ({ verification }) }, settings: {} } as unknown as Integration;
  expect(secretsForSamples([integration], { NEW: 'set' })).toEqual({});
  expect(signSample(verification, '{}', {})).toBeUndefined();
});
