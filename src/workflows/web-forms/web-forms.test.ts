import { describe, expect, test } from 'vitest';
import { bodyRequest, jsonRequest } from '../../connectors/form-request.fixture.ts';
import { webFormsHook } from './hook.ts';
import { webFormsUseCase } from './index.ts';
import { captchaSecret, leadOf, settingsOf } from './lead.fixture.ts';
import { companyKeysOf, extraFields, findMember, wantedAssignee } from './lookups.ts';
import { readLead } from './normalise-lead.ts';
import type { WebFormsInput } from './settings.ts';

const read = (fields: unknown, input: Partial<WebFormsInput> = {}) => webFormsHook(settingsOf(input)).read(jsonRequest(fields));
const lead = (fields: unknown, input: Partial<WebFormsInput> = {}) => {
  const { contentTypeHeader, headers, body } = jsonRequest(fields);
  return readLead({ contentType: contentTypeHeader, headers, body }, settingsOf(input));
};
const ann = { name: 'Ann Berg', email: ' ANN@acme.example ', message: 'Hello' };

describe('at the door', () => {
  test('a submission goes into the lane of its address, and its content is its key for ten minutes', async () => {
    expect(await read(ann)).toEqual({ kind: 'event', laneKey: 'ann@acme.example', dedupe: { key: expect.stringMatching(/^content:[0-9a-f]{64}$/), windowMs: 600_000 } });
  });

  test('the same answers in another order or another encoding are the same content, other answers are not', async () => {
    const key = async (reading: ReturnType<typeof read>) => {
      const event = await reading;
      return event.kind === 'event' ? event.dedupe.key : event.kind;
    };
    const hook = webFormsHook(settingsOf());
    const posted = Promise.resolve(hook.read(bodyRequest('application/x-www-form-urlencoded', new URLSearchParams(Object.entries(ann).reverse()).toString())));
    expect(await key(posted)).toBe(await key(read(ann)));
    expect(await key(read({ ...ann, message: 'Hello!' }))).not.toBe(await key(read(ann)));
  });

  test("a provider's id is the key for ever", async () => {
    const source = (await import('../../connectors/json-form/index.ts')).jsonForm({ unauthenticated: true, idField: 'sid' });
    expect(await read({ ...ann, sid: '42' }, { source })).toMatchObject({ dedupe: { key: 'id:42' } });
  });

  test('an id of any length or with odd characters makes a short, plain key', async () => {
    const source = (await import('../../connectors/json-form/index.ts')).jsonForm({ unauthenticated: true, idField: 'sid' });
    expect(await read({ ...ann, sid: 'ü'.repeat(5000) }, { source })).toMatchObject({ dedupe: { key: expect.stringMatching(/^id-hash:[0-9a-f]{64}$/) } });
  });

  test('without an address a submission is still accepted, in a lane of its own', async () => {
    expect(await read({ name: 'Ann' })).toMatchObject({ kind: 'event', laneKey: expect.stringMatching(/^content:/) });
  });

  test('a filled honeypot is stored as spam, an empty one is nothing', async () => {
    expect(await read({ ...ann, url2: 'x' }, { honeypot: 'url2' })).toMatchObject({ outcome: { state: 'skipped', code: 'spam' } });
    expect(await read({ ...ann, url2: ' ' }, { honeypot: 'url2' })).not.toHaveProperty('outcome');
  });

  test('a required field that is missing is refused by its name in the form', async () => {
    const input: Partial<WebFormsInput> = { required: ['email', 'message'], mapping: { email: ['Your mail'], message: 'Text' } };
    expect(await read({ Text: 'x' }, input)).toEqual({ kind: 'refused', status: 422, path: 'Your mail', problem: expect.any(String) });
    expect(await read({ 'Your mail': 'a@b.example' }, input)).toMatchObject({ kind: 'refused', path: 'Text' });
    expect(await read({ 'Your mail': 'a@b.example', Text: 'x' }, input)).toMatchObject({ kind: 'event' });
  });

  test('the answer of the captcha is handed over and does not make a repeat a new submission', async () => {
    const captcha = { provider: 'turnstile', secret: captchaSecret } as const;
    const first = await read({ ...ann, 'cf-turnstile-response': 'one' }, { captcha });
    const second = await read({ ...ann, 'cf-turnstile-response': 'two' }, { captcha });
    expect([first, second]).toMatchObject([{ captchaToken: 'one' }, { captchaToken: 'two' }]);
    expect(first.kind === 'event' && second.kind === 'event' && first.dedupe.key === second.dedupe.key).toBe(true);
  });

  test('a mapping that throws turns nobody away at the door', async () => {
    const mapping = () => { throw new Error('oops'); };
    expect(await read(ann, { mapping })).toMatchObject({ kind: 'event' });
    expect(await lead(ann, { mapping })).toEqual({ ok: false, code: 'mapping-failed', reason: expect.stringContaining('oops') });
  });

  test('a media type that no source reads is refused', async () => {
    expect(await webFormsHook(settingsOf()).read(bodyRequest('text/plain', 'x'))).toMatchObject({ kind: 'refused', status: 415 });
  });
});

describe('reading a lead', () => {
  test('everything a form commonly says is found by itself and normalised', async () => {
    const reading = await lead({
      'First Name': 'ann', Surname: 'BERG', 'E-Mail': 'Ann <ANN@Mail.Acme.example>', Phone: '(212) 555-0123', 'Job title': ' CTO ', Company: ' Acme  Inc. ', Website: 'https://www.acme.test/x',
      LinkedIn: 'linkedin.com/in/ann/', 'How can we help?': 'Line one\r\nLine two', ignored: 'x',
    });
    expect(reading).toEqual({
      ok: true,
      lead: {
        email: 'ann@mail.acme.example', emailDomain: 'acme.example', linkedByTwenty: true, name: { firstName: 'ann', lastName: 'BERG' },
        phone: { primaryPhoneNumber: '2125550123', primaryPhoneCountryCode: 'US', primaryPhoneCallingCode: '+1' }, jobTitle: 'CTO',
        linkedin: 'https://www.linkedin.com/in/ann', companyName: 'Acme Inc.', companyDomain: 'acme.test', companyDomainFrom: 'website',
        message: 'Line one\nLine two', person: {}, company: {}, files: [], remarks: [],
      },
    });
  });

  test('names of the mapping go first, [] leaves a target out, and further fields are converted', async () => {
    const reading = await lead(
      { mail2: 'ann@acme.example', email: 'wrong@acme.example', phone: '+4930901820', size: '1,200', source: 'Google Ads', tags: ['a b', 'c'], agree: 'yes', site: 'acme.example', when: '2026-12-01T10:00', bad: 'many' },
      {
        mapping: {
          email: ['none', 'mail2'], phone: [],
          person: { leadSource: { from: 'source', as: 'option' }, topics: { from: 'tags', as: 'options' }, optIn: { from: 'agree', as: 'boolean' }, start: { from: 'when', as: 'date' } },
          company: { employees: { from: 'size', as: 'number' }, page: { from: ['x', 'site'], as: 'link' }, seats: { from: 'bad', as: 'number' } },
        },
      },
    );
    expect(reading).toMatchObject({
      ok: true,
      lead: {
        email: 'ann@acme.example', person: { leadSource: 'GOOGLE_ADS', topics: ['A_B', 'C'], optIn: true, start: '2026-12-01' },
        company: { employees: 1200, page: { primaryLinkUrl: 'https://acme.example' } }, remarks: ['“many” does not fit the field seats (number).'],
      },
    });
    expect(reading.ok && reading.lead.phone).toBeUndefined();
  });

  test('what cannot be read is kept as written', async () => {
    const reading = await lead({ ...ann, phone: 'call me', linkedin: 'my page', website: 'none yet' });
    expect(reading.ok && reading.lead.remarks).toEqual(['Phone as written: call me', 'LinkedIn as written: my page', 'Website as written: none yet']);
  });

  test('free mail has no company domain, unless a website is named; a profile elsewhere is no website', async () => {
    const gmail = { ...ann, email: 'ann@gmail.com' };
    expect((await lead(gmail)) as object).toMatchObject({ lead: expect.not.objectContaining({ companyDomain: expect.anything() }) });
    expect(await lead({ ...gmail, website: 'acme.test' })).toMatchObject({ lead: { companyDomain: 'acme.test', companyDomainFrom: 'website' } });
    expect(await lead({ ...ann, website: 'facebook.com/acme' })).toMatchObject({ lead: { companyDomain: 'acme.example', companyDomainFrom: 'email' } });
  });

  test.each([
    ['no-email', {}],
    ['no-email', { email: '  ' }],
    ['bad-email', { email: 'ann at acme' }],
  ])('%s is said in plain words for %j', async (code, fields) => {
    expect(await lead(fields)).toEqual({ ok: false, code, reason: expect.stringMatching(/e-mail address/) });
  });

  test('a body that the source of now cannot read is unreadable with the place', async () => {
    expect(await lead('{"a":')).toEqual({ ok: false, code: 'unreadable', reason: expect.stringMatching(/^body: /) });
  });

  test('nothing that Postgres or Twenty cannot store comes through', async () => {
    const reading = await lead('{"email":"ann@acme.example","name":"A\\u0000nn \\ud800Berg","message":"x\\u0000y\\udfff","company":"A\\u0000"}');
    expect(JSON.stringify(reading)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  });

  test('a function may map, also asynchronously', async () => {
    const mapping: WebFormsInput['mapping'] = async (form) => ({ email: String(form.fields['m']), person: { x: 1 } });
    expect(await lead({ m: 'ann@acme.example' }, { mapping })).toMatchObject({ ok: true, lead: { email: 'ann@acme.example', person: { x: 1 } } });
  });
});

describe('a mapping function', () => {
  test.each([
    ['a number for an address', { email: 5 }, /email/],
    ['an unknown target', { mail: 'x' }, /mail/],
    ['nothing', undefined, /the top/],
  ])('that returns %s fails with the place', async (_, returned, place) => {
    const mapping = (() => returned) as unknown as WebFormsInput['mapping'];
    expect(await lead(ann, { mapping })).toEqual({ ok: false, code: 'mapping-failed', reason: expect.stringMatching(place) });
  });

  test('may return blanks', async () => {
    expect(await lead(ann, { mapping: () => ({ email: 'ann@acme.example', name: null, person: { x: null, y: ' ' } }) })).toMatchObject({ ok: true, lead: { person: {} } });
  });
});

describe('the card', () => {
  test('every sample is accepted and read', async () => {
    const settings = settingsOf();
    for (const sample of webFormsUseCase.samples) {
      const request = bodyRequest(sample.contentType, sample.body);
      expect([sample.name, (await webFormsHook(settings).read(request)).kind]).toEqual([sample.name, 'event']);
      expect([sample.name, (await readLead({ contentType: sample.contentType, headers: {}, body: request.body }, settings)).ok]).toEqual([sample.name, true]);
    }
  });

  test('it needs the workspace, and the mail only when somebody is told', () => {
    expect(webFormsUseCase.connections(settingsOf())).toEqual(['twenty']);
    expect(webFormsUseCase.connections(settingsOf({ notify: { to: 'a@b.example', from: 'c@d.example', mail: 'post' } }))).toEqual(['twenty', 'post']);
  });
});

describe('looking up', () => {
  test('domains and names of a set are asked once, further fields with their parts', () => {
    const leads = [leadOf({ companyName: 'Acme' }), leadOf({ companyName: 'Acme', person: { leadSource: 'X', page: { primaryLinkUrl: 'https://x.test' } } })];
    expect(companyKeysOf(leads)).toEqual({ domains: ['acme.example'], names: ['Acme'] });
    expect(extraFields(leads, 'person')).toEqual(['leadSource', 'page{primaryLinkUrl}']);
  });

  test('an assignee is a member, the next by turns, or what a function says', async () => {
    const turns = { turns: ['a', 'b', 'c'] };
    expect(await Promise.all([0, 1, 2, 3].map((turn) => wantedAssignee(turns, leadOf(), turn)))).toEqual(['a', 'b', 'c', 'a']);
    expect(await wantedAssignee({ member: 'a' }, leadOf(), 7)).toBe('a');
    expect(await wantedAssignee(async () => undefined, leadOf(), 0)).toBeUndefined();
  });

  test('a member is found by address or full name, never by a name that two share', () => {
    const members = [
      { id: '1', firstName: 'Ann', lastName: 'Berg', email: 'ann@acme.example' },
      { id: '2', firstName: 'Bo', lastName: 'Lee', email: 'bo@acme.example' },
      { id: '3', firstName: 'bo', lastName: 'Lee', email: 'bo2@acme.example' },
    ];
    expect([' ANN@acme.example', 'ann  berg', 'Bo Lee', 'bo2@acme.example', 'nobody'].map((wanted) => findMember(members, wanted)?.id)).toEqual(['1', '1', undefined, '3', undefined]);
  });
});
