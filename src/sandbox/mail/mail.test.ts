import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createResendClient, type Email, type ResendClient } from '../../connectors/resend/index.ts';
import { ConnectorError } from '../../domain/failure.ts';
import { startSandboxMail, type SandboxMail, type SandboxMailOptions } from './index.ts';

const email: Email = {
  from: 'Sluice <sluice@acme.example>', to: ['sales@acme.example'], subject: 'New enquiry', text: 'Ann Berg', html: '<p>Ann Berg</p>',
  idempotencyKey: 'contact-form/digest/1', tags: { integration: 'contact-form' },
};
const free = { pace: () => Promise.resolve() };
const open: { close(): Promise<void> }[] = [];

async function start(options: SandboxMailOptions = {}, client: { apiKey?: string; timeoutMs?: number } = {}): Promise<{ box: SandboxMail; resend: ResendClient }> {
  const box = await startSandboxMail({ ratePerSecond: 1000, ...options });
  const resend = createResendClient({ apiKey: () => client.apiKey ?? box.apiKey, baseUrl: box.url, timeoutMs: client.timeoutMs ?? 5000 });
  open.push(resend, box);
  return { box, resend };
}

async function failureOf(promise: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await promise.then(() => undefined, (cause: unknown) => cause);
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('the mail sandbox and the Resend connector', () => {
  test('a mail arrives with everything that was sent', async () => {
    const { box, resend } = await start();
    const { id } = await resend.sendEmail(email, free);
    expect(box.mails()).toEqual([
      {
        id, created_at: expect.any(String), from: email.from, to: email.to, subject: email.subject, text: email.text, html: email.html,
        tags: [{ name: 'integration', value: 'contact-form' }], idempotency_key: email.idempotencyKey,
      },
    ]);
  });

  test('the same key and content again answers the same id and sends nothing', async () => {
    const { box, resend } = await start();
    const first = await resend.sendEmail(email, free);
    const second = await resend.sendEmail(email, free);
    expect(second).toEqual(first);
    expect(box.mails()).toHaveLength(1);
    expect(box.ledger.map(({ status, mailId }) => [status, mailId])).toEqual([[200, first.id], [200, undefined]]);
  });

  test('the same key with other content is rejected', async () => {
    const { box, resend } = await start();
    await resend.sendEmail(email, free);
    const failure = await failureOf(resend.sendEmail({ ...email, subject: 'Another' }, free));
    expect([failure.kind, failure.outcomeUnknown]).toEqual(['rejected', false]);
    expect(box.mails()).toHaveLength(1);
  });

  test('a key is forgotten after 24 hours', async () => {
    let nowMs = Date.parse('2026-11-22T09:00:00Z');
    const { box, resend } = await start({ now: () => nowMs });
    await resend.sendEmail(email, free);
    nowMs += 24 * 3_600_000 + 1;
    await resend.sendEmail(email, free);
    expect(box.mails()).toHaveLength(2);
  });

  test('more than the allowed requests a second are refused with news when to come back', async () => {
    const { resend } = await start({ ratePerSecond: 5, now: () => 1_000_000 });
    for (let i = 0; i < 5; i += 1) await resend.sendEmail({ ...email, idempotencyKey: String(i) }, free);
    const failure = await failureOf(resend.sendEmail({ ...email, idempotencyKey: '6' }, free));
    expect([failure.kind, failure.retryAfterMs, failure.outcomeUnknown]).toEqual(['rate_limited', 1000, false]);
  });

  test('a wrong key is unauthorized and names no secret', async () => {
    const { resend } = await start({}, { apiKey: 're_wrong' });
    const failure = await failureOf(resend.sendEmail(email, free));
    expect(failure.kind).toBe('unauthorized');
    expect(failure.message).not.toContain('re_wrong');
  });

  test.each([
    ['no recipient', { to: [] }],
    ['51 recipients', { to: Array.from({ length: 51 }, (_, i) => `a${i}@acme.example`) }],
    ['a sender that is no address', { from: 'Sluice' }],
    ['a line break in the subject', { subject: 'a\nBcc: x@acme.example' }],
    ['a tag with a blank', { tags: { integration: 'contact form' } }],
    ['a key of 257 characters', { idempotencyKey: 'k'.repeat(257) }],
  ])('%s is rejected for good', async (_, wrong) => {
    const { box, resend } = await start();
    const failure = await failureOf(resend.sendEmail({ ...email, ...wrong }, free));
    expect([failure.kind, failure.outcomeUnknown]).toEqual(['rejected', false]);
    expect(failure.message).not.toMatch(/@acme/);
    expect(box.mails()).toEqual([]);
  });

  test('a connection cut after acceptance leaves the outcome unknown, and the repeat finds the mail', async () => {
    const { box, resend } = await start();
    box.faults.next('cut');
    const failure = await failureOf(resend.sendEmail(email, free));
    const repeat = await resend.sendEmail(email, free);
    expect([failure.kind, failure.outcomeUnknown]).toEqual(['unavailable', true]);
    expect(box.mails().map((mail) => mail.id)).toEqual([repeat.id]);
  });

  test('a 500 is unavailable with unknown outcome', async () => {
    const { box, resend } = await start();
    box.faults.next('error');
    const failure = await failureOf(resend.sendEmail(email, free));
    expect([failure.kind, failure.outcomeUnknown]).toEqual(['unavailable', true]);
  });

  test('no answer in time is timed out with unknown outcome', async () => {
    const { box, resend } = await start({}, { timeoutMs: 100 });
    box.faults.next('hang');
    const failure = await failureOf(resend.sendEmail(email, free));
    expect([failure.kind, failure.outcomeUnknown]).toEqual(['timed_out', true]);
  });

  test('a cancelled call ends at once', async () => {
    const { box, resend } = await start();
    box.faults.next('hang');
    const stop = new AbortController();
    const failing = failureOf(resend.sendEmail(email, { ...free, signal: stop.signal }));
    stop.abort();
    expect((await failing).kind).toBe('timed_out');
  });

  test('pace is asked once before each request', async () => {
    const { resend } = await start();
    const asked: number[] = [];
    await resend.sendEmail(email, { pace: (tokens) => { asked.push(tokens); return Promise.resolve(); } });
    expect(asked).toEqual([1]);
  });

  test('mails and keys survive a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-mail-'));
    try {
      const first = await start({ dataDir });
      const sent = await first.resend.sendEmail(email, free);
      const second = await start({ dataDir });
      const again = await second.resend.sendEmail(email, free);
      expect(again).toEqual(sent);
      expect(second.box.mails()).toEqual(first.box.mails());
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });

  test('the inbox shows what a stranger typed without running it', async () => {
    const { box, resend } = await start();
    await resend.sendEmail({ ...email, subject: '<script>alert(1)</script>', html: '<img src=x onerror="alert(1)">' }, free);
    const page = await (await fetch(box.url)).text();
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('onerror="');
    expect(page).toContain('sandbox title="Mail"');
  });

  test('faults and mails are reached over HTTP, and a sent mail by its id', async () => {
    const { box, resend } = await start();
    const put = await fetch(`${box.url}/sandbox/faults`, { method: 'POST', body: '{"kind":"error"}' });
    await failureOf(resend.sendEmail(email, free));
    const { id } = await resend.sendEmail(email, free);
    const listed = (await (await fetch(`${box.url}/sandbox/mails`)).json()) as { data: { id: string }[] };
    const one = await fetch(`${box.url}/emails/${id}`, { headers: { authorization: `Bearer ${box.apiKey}` } });
    expect([put.status, listed.data.map((mail) => mail.id), one.status]).toEqual([204, [id], 200]);
  });
});
