import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { brevo } from '../../src/connectors/brevo/index.ts';
import { kit } from '../../src/connectors/kit/index.ts';
import { SEGMENT } from '../../src/sandbox/mail/audience.ts';
import { brevoStandIn } from '../../src/sandbox/tools/brevo.ts';
import { kitStandIn } from '../../src/sandbox/tools/kit.ts';
import { mailing, type NewsletterStack, startNewsletters } from './rig.ts';

const brevoAccount = brevoStandIn({ blocklisted: ['gone@acme.example'], looks: 1, failures: 1 });
const kitAccount = kitStandIn({ subscribers: { 'gone@acme.example': 'cancelled' } });
let stack: NewsletterStack;
beforeAll(async () => {
  stack = await startNewsletters({
    brevo: { tool: 'brevo', list: '7', mailing: { ...mailing, send: true } },
    kit: { tool: 'kit', list: '74', fields: { job: 'jobTitle' }, mailing: { ...mailing, send: true } },
    resend: { tool: 'mail', list: SEGMENT.id, fields: { job: 'jobTitle' }, mailing: { ...mailing, send: true } },
    lost: { list: 'nowhere' },
    'bad-field': { optOut: { field: 'consnt', values: ['OUT'] } },
    monthly: {},
  }, {
    tools: [brevoAccount, kitAccount],
    connections: (env) => ({
      brevo: brevo({ apiKey: secret('BREVO_API_KEY'), baseUrl: env['BREVO_BASE_URL']!, limits: { perSecond: 1_000 } }),
      kit: kit({ accessToken: secret('KIT_ACCESS_TOKEN'), baseUrl: env['KIT_BASE_URL']!, limits: { perMinute: 100_000 } }),
    }),
  });
  stack.view();
  stack.mail.audience.keepContact({ email: 'gone@acme.example', unsubscribed: true });
  for (const name of ['ann', 'bob', 'gone']) stack.reader(name);
  stack.reader('fake', { emails: { primaryEmail: 'fake@example.com' } });
}, 180_000);
afterAll(() => stack.close());

test('Brevo, Kit and Resend end alike: imports are awaited, each person named, nobody subscribed again, the mailing sent once', { timeout: 120_000 }, async () => {
  for (const name of ['brevo', 'kit', 'resend']) await stack.run(name);
  await stack.quiet(90_000);
  // Brevo gave its first import up: nobody is there, and a retry makes another.
  const { rows: [failed] } = await stack.database.pool.query<{ id: string; code: string; reason: string }>(`select id, code, reason from deliveries where integration = 'brevo'`);
  expect(failed).toMatchObject({ code: 'import_failed', reason: 'brevo gave up on adding part 1: the import ended as “failed”. A retry makes it anew.' });
  expect([brevoAccount.account.membersOf(7), brevoAccount.account.campaigns()]).toEqual([[], []]);
  const retry = await fetch(`${stack.gatewayUrl}/api/deliveries/retry`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ deliveryId: failed!.id }) });
  expect(retry.status).toBe(200);
  await stack.quiet(90_000);
  const { rows } = await stack.database.pool.query<{ integration: string; code: string; reason: string }>(`select integration, code, reason from deliveries where integration in ('brevo', 'kit', 'resend') order by integration`);

  const words = expect.stringMatching(/^2 of 4 people are on the list; 1 unsubscribed in the tool, 1 refused by the tool\. Unsubscribed in the tool: gone Reader\. Refused by the tool: fake Reader\. The mailing .* is sent\.$/) as string;
  expect(rows).toEqual(['brevo', 'kit', 'resend'].map((integration) => ({ integration, code: 'sent', reason: words })));
  expect(brevoAccount.account.membersOf(7).map(({ email, emailBlacklisted }) => [email, emailBlacklisted]).toSorted()).toEqual([['ann@acme.example', false], ['bob@acme.example', false], ['gone@acme.example', true]]);
  expect(kitAccount.account.tagged().map(({ email_address: email, fields }) => [email, fields['job']]).toSorted()).toEqual([['ann@acme.example', 'reader'], ['bob@acme.example', 'reader']]);
  expect(stack.mail.audience.membersOf(SEGMENT.id)!.map(({ email, unsubscribed, properties }) => [email, unsubscribed, properties['job']]).toSorted()).toEqual([['ann@acme.example', false, 'reader'], ['bob@acme.example', false, 'reader'], ['gone@acme.example', true, 'reader']]);
  expect([brevoAccount.account.campaigns(), kitAccount.account.broadcasts(), stack.mail.audience.broadcasts()].map((all) => all.length)).toEqual([1, 1, 1]);
  expect(stack.campaigns().map(({ tool, status }) => [tool, status]).toSorted()).toEqual([['brevo', 'SENT'], ['kit', 'SENT'], ['resend', 'SENT']]);
});

test('starts and settings that cannot be carried out end as failed with the reason, and nobody is added', { timeout: 120_000 }, async () => {
  const ends = [
    await stack.begin('monthly', { input: { view: 'Raeders' } }),
    await stack.begin('monthly', { input: { list: 'other' } }),
    await stack.begin('bad-field'),
    await stack.begin('lost'),
  ];
  expect(ends.map(({ state, code }) => [state, code])).toEqual([['failed', 'view_refused'], ['failed', 'not_understood'], ['failed', 'field_missing'], ['failed', 'list_refused']]);
  expect(ends.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('people have no view “Raeders”. Did you mean “Readers”?'), expect.stringContaining('Unrecognized key: "list"'),
    expect.stringContaining("Twenty's people have no field consnt"), expect.stringContaining('mailchimp refused to add people to the list nowhere: mailchimp: Resource Not Found'),
  ]);
  expect(stack.tools.changesOf('mailchimp')).toEqual([]);
  expect(stack.campaigns().filter(({ status }) => status === 'FAILED')).toMatchObject([{ peopleOnList: 0, problem: expect.stringContaining('Resource Not Found') as string }]);
});

test('a view that Twenty counts otherwise than Sluice reads it is an error and no mailing', { timeout: 120_000 }, async () => {
  const { twenty } = stack;
  let extra: string | undefined;
  twenty.beforeOperation = (operation) => {
    if (operation === 'peopleGroupBy') extra = stack.reader(`late-${String(Math.random())}`);
    if (operation === 'people' && extra !== undefined) twenty.asUser.destroy('people', extra);
    if (operation === 'people') extra = undefined;
  };
  const end = await stack.begin();
  twenty.beforeOperation = undefined;

  expect(end).toMatchObject({ state: 'failed', code: 'view_differs', reason: expect.stringContaining('Sluice reads the view “Readers” as 4 people, Twenty itself counts 5. Nobody was added to any list') as string });
  expect([await stack.recipients(), stack.tools.changesOf('mailchimp')]).toEqual([[], []]);
});
