import fc from 'fast-check';
import { expect, test } from 'vitest';
import '../../../test/harness/properties.ts';
import { NewsletterStart, type Tally } from './contract.ts';
import { nextLookMs, tallyWords } from './rules.ts';
import { listFields, readReader } from './reader.ts';
import { NewsletterSettings } from './settings.ts';

const optOut = { field: 'emailOptOut' };
const mailOf = (primaryEmail: unknown) => ({ emails: { primaryEmail, additionalEmails: [] } });
const settings = { view: 'Readers', tool: 'mailchimp', list: 'a', confirm: { to: 'm@acme.example', from: 's@acme.example' } };

test('whoever opted out is left out, whatever else is true of them', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.emailAddress(), fc.constant(null)), (email) => {
    expect(readReader({ ...mailOf(email), emailOptOut: true }, optOut).state).toBe('opted_out');
    for (const consent of ['OUT', ['IN', 'OUT']]) expect(readReader({ ...mailOf(email), consent }, { field: 'consent', values: ['OUT', 'NEVER'] }).state).toBe('opted_out');
  }));
});

test('nothing but a plain yes, or one of the values, is an opt-out', () => {
  fc.assert(fc.property(fc.oneof(fc.constantFrom(false, null, undefined, 'true', 1), fc.string()), (value) => {
    expect(readReader({ ...mailOf('ann@acme.example'), emailOptOut: value }, optOut).state).toBe('listed');
    expect(readReader({ ...mailOf('ann@acme.example'), consent: value }, { field: 'consent', values: ['OPTED_OUT'] }).state).toBe('listed');
  }));
});

test('an address that is listed is in lower case and reads the same when read again', () => {
  fc.assert(fc.property(fc.oneof(fc.emailAddress(), fc.string()), (written) => {
    const first = readReader(mailOf(written), optOut);
    expect(first.state === 'no_address').toBe(written.trim() === '');
    if (first.state !== 'listed') return;
    expect(first.email).toBe(first.email?.toLowerCase());
    expect(readReader(mailOf(first.email), optOut)).toEqual(first);
    expect(readReader(mailOf(`  ${written.toUpperCase().toLowerCase()} `), optOut).state).toBe('listed');
  }));
});

test('fields of a list hold plain values only, and what is empty is left out', () => {
  const person = { jobTitle: 'CEO', seats: 5, isVip: true, none: '', nothing: null, tags: ['a', '', 'b'], away: false };
  expect(listFields(person, { JOB: 'jobTitle', SEATS: 'seats', VIP: 'isVip', NONE: 'none', NOTHING: 'nothing', TAGS: 'tags', AWAY: 'away' })).toEqual({ JOB: 'CEO', SEATS: 5, VIP: true, TAGS: 'a, b' });
});

test('the words of a tally name every number that is not nothing', () => {
  const n = fc.integer({ min: 0, max: 60_000 });
  fc.assert(fc.property(fc.record({ selected: n, onList: n, noAddress: n, invalid: n, duplicate: n, optedOut: n, unsubscribed: n, refused: n }), (tally: Tally) => {
    const words = tallyWords(tally);
    for (const [kind, value] of Object.entries(tally)) if (value > 0 || kind === 'onList') expect(words).toContain(value.toLocaleString('en-US'));
    expect((words.match(/[,;] /g) ?? []).length).toBe(Object.entries(tally).filter(([kind, value]) => value > 0 && kind !== 'selected' && kind !== 'onList').length);
  }));
});

test('looks at an import come ever later, up to once a minute', () => {
  expect([0, 1, 2, 4, 5, 50].map(nextLookMs)).toEqual([3_000, 6_000, 12_000, 48_000, 60_000, 60_000]);
});

test('a start may name a view and a name, and nothing else', () => {
  expect([{}, { view: ' Readers ' }, { name: 'Spring' }].map((one) => NewsletterStart.safeParse(one).data)).toEqual([{}, { view: 'Readers' }, { name: 'Spring' }]);
  expect([{ view: '' }, { name: 5 }, { list: 'x' }, 'Readers', []].map((one) => NewsletterStart.safeParse(one).success)).toEqual([false, false, false, false, false]);
});

test('settings say what is missing, and a mailing needs something in it', () => {
  const problems = (input: object): readonly string[] => NewsletterSettings.safeParse(input).error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(problems({})).toEqual(['view', 'tool', 'list', 'confirm']);
  expect(problems({ ...settings, mailing: { subject: 'News', from: 'news@acme.example' } })).toEqual(['mailing']);
  expect(problems({ ...settings, optOut: { field: 'consent', values: [] } })).toEqual(['optOut.values']);
  const regular = { ...settings, mailing: { subject: 'News', text: 'Hi', from: 'news@acme.example' }, schedules: { regular: { cron: '0 9 1 * *' } } };
  expect([problems({ ...regular, name: 'News' }), problems(regular), problems(settings)]).toEqual([['name'], [], []]);
});
