import { expect, test } from 'vitest';
import { defineConfig } from '../../config/define-config.ts';
import { secret } from '../../config/secret.ts';
import type { Hook } from '../../config/use-case.ts';
import { lemlist, lemlistNews } from '../../connectors/lemlist/index.ts';
import { resend } from '../../connectors/resend/settings.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { readFields, sequenceNeeds, watchedFields } from './fields.ts';
import { emailSequences, type EmailSequencesInput, emailSequencesUseCase } from './index.ts';
import { readLead } from './lead.ts';
import { EmailSequencesSettings } from './settings.ts';

const rules: EmailSequencesInput['rules'] = [{ field: 'leadScore', operator: 'atLeast', value: 70, and: [{ field: 'company.industry', operator: 'isFilled' }], sequence: 'cam_hot' }, { sequence: 'cam_all' }];
const settingsOf = (input: Partial<EmailSequencesInput> = {}): EmailSequencesSettings => EmailSequencesSettings.parse({ tool: 'lemlist', rules, ...input });
const problemsOf = (input: unknown, connections = {}): readonly string[] => {
  try {
    defineConfig({
      connections: { twenty: twenty({ url: 'https://crm.acme.example', apiKey: secret('T') }), lemlist: lemlist({ apiKey: secret('L') }), ...connections },
      integrations: { outbound: emailSequences(input as EmailSequencesInput) },
    });
    return [];
  } catch (error) {
    return (error as { problems: { path: string; message: string }[] }).problems.map(({ path, message }) => `${path.replace('integrations.outbound', '')}: ${message}`);
  }
};

test.each([
  ['nothing chooses', { tool: 'lemlist' }, /^\.rules: Is missing\. Write rules/],
  ['two choose', { tool: 'lemlist', rules, choose: (): string => 'x', watch: ['jobTitle'] }, /^\.rules: .*would both choose/],
  ['a function without fields to watch', { tool: 'lemlist', choose: (): string => 'x' }, /^\.watch: Is missing\./],
  ['a value of the wrong kind', { tool: 'lemlist', rules: [{ field: 'leadScore', operator: 'atLeast', value: '70', sequence: 'x' }] }, /^\.rules\.0\.value: Write a number, for example 70\.$/],
  ['a value too many', { tool: 'lemlist', rules: [{ field: 'vip', operator: 'isTrue', value: 1, sequence: 'x' }] }, /^\.rules\.0\.value: “isTrue” takes no value\./],
  ['a field without an operator', { tool: 'lemlist', rules: [{ field: 'vip', sequence: 'x' }] }, /^\.rules\.0\.operator: Is missing\./],
  ['an operator that is not known', { tool: 'lemlist', rules: [{ field: 'a', operator: 'like', value: 'x', sequence: 'x' }] }, /^\.rules\.0\.operator: /],
  ['what it writes sets it off', { tool: 'lemlist', rules: [{ field: 'emailSequenceState', operator: 'isEmpty', sequence: 'x' }] }, /^\.rules: “emailSequenceState” is written by this integration/],
  ['one of Twenty’s own fields is written', { tool: 'lemlist', rules, write: { sequence: 'jobTitle' } }, /^\.write\.sequence: “jobTitle” is one of Twenty's own fields/],
  ['an open webhook not called open', { tool: 'lemlist', rules, webhook: lemlistNews({}) }, /^\.webhook\.secret: Is missing\./],
  ['a tool that is none', { tool: 'mail', rules }, /^\.tool: The connection “mail” is resend.*cannot be used as a sequence tool/],
])('%s is a mistake that is told with its place', (_, input, expected) => {
  expect(problemsOf(input, { mail: resend({ apiKey: secret('R') }) })[0]).toMatch(expected);
});

test('what the rules read is watched and read, the company’s too, and what will be written must be there before anybody is enrolled', () => {
  const settings = settingsOf({ optedOut: 'emailOptOut', variables: { city: 'city', branch: 'company.industry' } });
  expect(watchedFields(settings)).toEqual(['leadScore', 'emails', 'emailOptOut']);
  expect(readFields(settings).person).toEqual(expect.arrayContaining(['leadScore', 'emailOptOut', 'city', 'emailSequence', 'emailSequenceState', 'emailSequenceAt']));
  expect(readFields(settings).company).toEqual(['name', 'domainName', 'accountOwner', 'industry']);
  expect(sequenceNeeds(settings).fields?.map(({ name, type, options }) => [name, type, options?.length])).toEqual([['emailSequence', 'TEXT', undefined], ['emailSequenceState', 'SELECT', 8], ['emailSequenceAt', 'DATE_TIME', undefined]]);
});

test('the door lets in whom a rule may fit, judged by the person alone', () => {
  const [interest] = emailSequencesUseCase.records!(settingsOf({ rules: rules!.slice(0, 1) }));
  expect([interest!.matches!({ id: 'p', leadScore: 80 }), interest!.matches!({ id: 'p', leadScore: 8 }), emailSequencesUseCase.records!(settingsOf({ rules: [], choose: (): string => 'x', watch: ['jobTitle'] }))[0]!.matches]).toEqual([true, false, undefined]);
});

const read = (hook: Hook | undefined, body: unknown) => hook!.read({ contentType: 'application/json', contentTypeHeader: 'application/json', headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) });

test('news is known again by its id, what does not count is acknowledged, and what is none is refused', async () => {
  const hook = emailSequencesUseCase.hook!(settingsOf({ webhook: lemlistNews({ unauthenticated: true }) }));
  const reply = { type: 'emailsReplied', leadId: 'lea_1', leadEmail: 'ann@acme.example' };
  const [known, again, timeless] = [await read(hook, { ...reply, _id: 'act_1' }), await read(hook, { ...reply, _id: 'act_1', leadEmail: 'other@acme.example' }), await read(hook, reply)];
  expect([known, again].map((reading) => reading.kind === 'event' && [reading.dedupe, reading.laneKey])).toEqual([[{ key: 'id:act_1' }, expect.any(String)], [{ key: 'id:act_1' }, known.kind === 'event' && known.laneKey]]);
  expect(timeless).toMatchObject({ kind: 'event', dedupe: { windowMs: 600_000 } });
  expect([await read(hook, { ...reply, type: 'emailsOpened' }), await read(hook, ['no object'])]).toMatchObject([{ kind: 'answer', status: 200 }, { kind: 'refused', status: 400 }]);
  expect(emailSequencesUseCase.hook!(settingsOf())).toBeUndefined();
});

test('a person becomes a lead with what is there; variables are texts, and a function that throws is told', () => {
  const candidate = {
    person: { id: 'p', name: { firstName: 'Ann', lastName: ' ' }, emails: { primaryEmail: 'Ann@Acme.example' }, phones: { primaryPhoneNumber: '30901820', primaryPhoneCallingCode: '+49' }, linkedinLink: { primaryLinkUrl: 'https://www.linkedin.com/in/ann' }, jobTitle: 'CEO', score: 82, tags: ['A', 'B'], vip: true, empty: null },
    company: { id: 'c', name: 'Acme', domainName: { primaryLinkUrl: 'https://www.acme.example/' }, industry: 'SOFTWARE' },
  };
  expect(readLead(candidate, settingsOf({ variables: { score: 'score', tags: 'tags', vip: 'vip', nothing: 'empty', branch: 'company.industry' } }))).toEqual({ ok: true, lead: {
    email: 'ann@acme.example', firstName: 'Ann', companyName: 'Acme', companyDomain: 'acme.example', jobTitle: 'CEO', phone: '+4930901820', linkedinUrl: 'https://www.linkedin.com/in/ann',
    variables: { score: '82', tags: 'A, B', vip: 'yes', branch: 'SOFTWARE' },
  } });
  expect(readLead({ person: { id: 'p', emails: { primaryEmail: 'no address' } } }, settingsOf())).toMatchObject({ ok: false, code: 'invalid_email' });
  expect(readLead(candidate, settingsOf({ variables: () => { throw new Error('no idea'); } }))).toMatchObject({ ok: false, code: 'variables_failed', reason: 'The variables function in the configuration failed: no idea' });
});
