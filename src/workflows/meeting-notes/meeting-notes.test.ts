import { expect, test } from 'vitest';
import { defineConfig } from '../../config/define-config.ts';
import { ConfigError } from '../../config/problems.ts';
import { secret } from '../../config/secret.ts';
import { fathomWebhook } from '../../connectors/fathom/index.ts';
import { fireflies, firefliesWebhook } from '../../connectors/fireflies/index.ts';
import { resend } from '../../connectors/resend/settings.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { addressees } from './mail.ts';
import { meetingNotes, type MeetingNotesInput, meetingNotesUseCase } from './index.ts';

const source = firefliesWebhook({ secret: secret('FIREFLIES_WEBHOOK_SECRET') });
const from = 'Sluice <sluice@acme.example>';

function configure(settings: MeetingNotesInput) {
  return defineConfig({
    workspace: { timeZone: 'Europe/Berlin' },
    connections: { twenty: twenty({ url: 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY') }), mail: resend({ apiKey: secret('RESEND_API_KEY') }), fireflies: fireflies({ apiKey: secret('FIREFLIES_API_KEY') }) },
    integrations: { meetings: meetingNotes(settings) },
  });
}

function problemsOf(settings: unknown): readonly string[] {
  try {
    configure(settings as MeetingNotesInput);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path.replace('integrations.meetings', '').replace(/^\./, '')}: ${message}`);
  }
}

test('a source and a sender are enough; the recorder’s connection counts among those that a run needs', () => {
  const { settings } = configure({ source, email: { from } }).integrations['meetings']!;
  expect(meetingNotesUseCase.connections(settings as never)).toEqual(['twenty', 'fireflies', 'mail']);
  expect(meetingNotesUseCase.tools!(settings as never)).toEqual([{ connection: 'fireflies', role: 'recorder', at: 'source.connection' }]);
  expect(settings).toMatchObject({ timeZone: 'Europe/Berlin', tasks: { timeZone: 'Europe/Berlin' }, email: { to: 'internal' }, unknown: 'skip', nothingFound: 'skip' });
  expect(meetingNotesUseCase.needs!(settings as never)).toEqual({ connection: 'twenty' });
});

test('without mails and with a recorder whose webhooks bring everything, Twenty alone is needed', () => {
  const { settings } = configure({ source: fathomWebhook({ secret: secret('FATHOM_WEBHOOK_SECRET') }), email: { to: 'nobody' } }).integrations['meetings']!;
  expect(meetingNotesUseCase.connections(settings as never)).toEqual(['twenty']);
});

test('the field by which people want no mail is made by setup', () => {
  const { settings } = configure({ source, email: { to: 'everyone', from }, optOut: 'noMeetingMails' }).integrations['meetings']!;
  expect(meetingNotesUseCase.needs!(settings as never).fields).toMatchObject([{ object: 'person', name: 'noMeetingMails', type: 'BOOLEAN' }]);
});

test.each([
  ['no source', { email: { from } }, /^source: .*firefliesWebhook/],
  ['an open source', { source: firefliesWebhook(), email: { from } }, /^source\.secret: Is missing/],
  ['no word on mails', { source }, /^email: Is missing\. Write \{ from:/],
  ['no sender', { source, email: {} }, /^email\.from: Is missing/],
  ['mails to all without a way out', { source, email: { to: 'everyone', from } }, /^optOut: Is missing\. Who is outside may want no mail/],
  ['a connection that cannot be asked', { source: firefliesWebhook({ secret: secret('S'), connection: 'mail' }), email: { from } }, /“mail” is resend.*cannot be used as a call recorder. Name one that can: “fireflies”/],
  ['a connection that is not there', { source: firefliesWebhook({ secret: secret('S'), connection: 'firefleis' }), email: { from } }, /“firefleis”, which is not configured. Did you mean “fireflies”/],
  ['a strange preference', { source, email: { from }, opportunity: { prefer: 'best' } }, /^opportunity\.prefer: Write 'touched'/],
])('%s is told with its place', (_, settings, says) => {
  expect(problemsOf(settings).join('\n')).toMatch(says);
});

const found = {
  people: [{ id: 'p', name: 'Ann', email: 'ann@acme.example' }], companies: [], staff: [{ name: 'Jane', email: 'jane@apple.dev' }, { name: 'No address' }],
  unknown: [{ email: 'bob@acme.example' }, { name: 'Guest' }], trashed: [{ name: 'Old', email: 'old@acme.example' }], optedOut: ['ann@acme.example'],
};

test('our own people are told, or everyone, or nobody; who wants no mail gets none', () => {
  expect(addressees(found, 'nobody')).toEqual([]);
  expect(addressees(found, 'internal').map(({ email }) => email)).toEqual(['jane@apple.dev']);
  expect(addressees(found, 'everyone').map(({ email, internal }) => [email, internal])).toEqual([['bob@acme.example', false], ['jane@apple.dev', true], ['old@acme.example', false]]);
  expect(addressees({ ...found, optedOut: ['jane@apple.dev'] }, 'internal')).toEqual([]);
});

test('the samples are read by the source that they are of', () => {
  const fathom = fathomWebhook({ unauthenticated: true });
  for (const { contentType, body } of meetingNotesUseCase.samples) {
    expect(fathom.read({ contentType, contentTypeHeader: contentType, headers: {}, body: new TextEncoder().encode(body) })).toMatchObject({ kind: 'meeting', ask: false });
  }
});
