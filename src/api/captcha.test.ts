import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { secret } from '../config/secret.ts';
import { createCaptchaCheck } from './captcha.ts';
import type { Refusal } from './errors.ts';

const asked: string[] = [];
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  asked.length = 0;
});

/** A captcha service that takes each good token once, as the real ones do. */
async function start(answer?: { status: number; body: string }) {
  const used = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
    incoming.on('end', () => {
      asked.push(text);
      const token = new URLSearchParams(text).get('response') ?? '';
      const success = token.startsWith('good') && !used.has(token);
      used.add(token);
      outgoing.writeHead(answer?.status ?? 200).end(answer?.body ?? JSON.stringify({ success }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stop = () => server.close();
  const clock = { now: 0 };
  const verifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`;
  const check = createCaptchaCheck({ provider: 'turnstile', secret: secret('CAPTCHA'), verifyUrl }, { env: { CAPTCHA: 'key' }, now: () => clock.now });
  const codeOf = (token: string | undefined, key = 'submission') => check(token, key).then(() => 'passed', (error: Refusal) => error.code);
  return { codeOf, clock };
}

test('a person who passed is let through, a token that is missing or bad is not', async () => {
  const { codeOf } = await start();

  expect([await codeOf('good'), await codeOf('bad'), await codeOf(undefined), await codeOf('')]).toEqual(['passed', 'captcha_failed', 'captcha_missing', 'captcha_missing']);
  expect(asked).toEqual(['secret=key&response=good', 'secret=key&response=bad']);
});

test('the same submission sent again passes without a second question; another one with that token, or a late one, does not', async () => {
  const { codeOf, clock } = await start();

  const soon = [await codeOf('good'), await codeOf('good'), await codeOf('good', 'another submission')];
  clock.now = 5 * 60_000 + 1;

  expect([soon, await codeOf('good')]).toEqual([['passed', 'passed', 'captcha_failed'], 'captcha_failed']);
});

test.each([
  ['an error', { status: 500, body: '' }],
  ['nonsense', { status: 200, body: '<html>' }],
])('a service that answers with %s stores nothing and asks to come back', async (_, answer) => {
  const { codeOf } = await start(answer);
  expect(await codeOf('good')).toBe('captcha_away');
});
