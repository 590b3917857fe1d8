import { afterEach, test } from 'vitest';
import { SEGMENT } from '../../src/sandbox/mail/audience.ts';
import { recordHistories, recording } from '../harness/histories.ts';
import { mailing, type NewsletterStack, startNewsletters } from './rig.ts';

let stack: NewsletterStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: newsletter', { timeout: 240_000 }, async () => {
  stack = await startNewsletters({ monthly: {}, sending: { mailing: { ...mailing, send: true } }, imported: { tool: 'mail', list: SEGMENT.id }, lost: { list: 'nowhere' } }, {}, ['worker']);
  stack.view();
  for (const name of ['ann', 'bob']) stack.reader(name);
  const start = async (integration: string, body: object = {}): Promise<void> => {
    await fetch(`${stack!.gatewayUrl}/triggers/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: `${integration}-${JSON.stringify(body).length}`, ...body }) });
  };
  await recordHistories('newsletter', stack, {
    added: () => start('monthly'),
    sent: () => start('sending'),
    imported: () => start('imported'),
    'view-unknown': () => start('monthly', { input: { view: 'Nobody' } }),
    'list-unknown': () => start('lost'),
    plan: () => start('sending', { dryRun: true }),
  });
});
