import { expect, test } from 'vitest';
import type { Connection } from '../config/connection.ts';
import { secret } from '../config/secret.ts';
import { resend, type ResendInput, ResendSettings } from '../connectors/resend/settings.ts';
import { twenty, type TwentyInput, TwentySettings } from '../connectors/twenty/settings.ts';
import { budgetOf, queueRate } from './budgets.ts';

const mail = (more: Partial<ResendInput> = {}): Connection => ({ name: 'mail', kind: 'resend', settings: ResendSettings.parse(resend({ apiKey: secret('KEY'), ...more }).settings) });
const crm = (more: Partial<TwentyInput> = {}): Connection => ({ name: 'twenty', kind: 'twenty', settings: TwentySettings.parse(twenty({ url: 'https://crm.example.com', apiKey: secret('KEY'), ...more }).settings) });
const SECOND = { lengthMs: 1_000, calls: 5, reserve: 0, aligned: false };

test('a service’s known limit holds beside those that are configured, each with a tenth for urgent calls', () => {
  expect(budgetOf(mail())).toMatchObject({ algorithm: 'windows', windows: [SECOND], concurrency: undefined });
  expect(budgetOf(mail({ limits: { perDay: { calls: 100, window: 'fixed' }, perHour: 50 }, concurrency: 10 }))).toMatchObject({
    refillMs: 200, windows: [SECOND, { lengthMs: 3_600_000, calls: 50, reserve: 5, aligned: false }, { lengthMs: 86_400_000, calls: 100, reserve: 10, aligned: true }], concurrency: 10,
  });
});

test('Twenty has its bucket, with the second beside it where the minute no longer keeps it', () => {
  expect(budgetOf(crm())).toMatchObject({ algorithm: 'twenty', capacity: 100, refillMs: 600, windows: [] });
  expect(budgetOf(crm({ budget: { perMinute: 6_000 } }))).toMatchObject({ algorithm: 'twenty', windows: [{ lengthMs: 1_000, calls: 50 }] });
  expect(budgetOf(crm({ budget: { perMinute: 6_000 }, limits: { perSecond: 80 } }))).toMatchObject({ windows: [{ calls: 80 }] });
});

test('a server that counts no calls has no budget, unless a limit or a concurrency is configured', () => {
  expect(budgetOf(crm({ budget: 'off' }))).toBeUndefined();
  expect(budgetOf(crm({ budget: 'off', limits: { perHour: 1_000 } }))).toMatchObject({ algorithm: 'windows', windows: [{ lengthMs: 3_600_000, calls: 1_000 }] });
  expect(budgetOf(crm({ budget: 'off', concurrency: 4 }))).toMatchObject({ algorithm: 'windows', windows: [], concurrency: 4 });
});

test('Temporal starts at most twice what the limits let through, and never more than 50 a second', () => {
  expect([mail(), mail({ limits: { perSecond: 1_000 } }), mail({ limits: { perDay: 2 } }), crm(), crm({ budget: 'off' })].map(queueRate)).toEqual([10, 50, 4, 50, 50]);
});

test('a limit that is none is told with what to write', () => {
  const problems = ResendSettings.safeParse({ ...resend({ apiKey: secret('KEY') }).settings as object, limits: { perSecond: 0, perDay: { calls: 5, window: 'rolling' } } }).error!.issues;
  expect(problems.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['limits.perSecond', 'Write a whole number from 1 to 10000000.'],
    ['limits.perDay', "Write a number of calls, for example 100, or { calls: 100, window: 'fixed' }."],
  ]);
});
