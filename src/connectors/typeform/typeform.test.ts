import { expect, test } from 'vitest';
import { jsonRequest } from '../form-request.fixture.ts';
import { typeform } from './index.ts';

const source = typeform({ secret: { kind: 'secret', name: 'TYPEFORM_SECRET' } });

const payload = {
  event_id: 'LtWXD3crgy',
  event_type: 'form_response',
  form_response: {
    form_id: 'lT4Z3j',
    token: 'a3a12ec67a1365927098a606107fac15',
    submitted_at: '2026-01-18T18:17:02Z',
    hidden: { utm_source: 'newsletter', score: 4 },
    definition: {
      id: 'lT4Z3j',
      title: 'Contact us',
      fields: [
        { id: 'f1', ref: 'full_name', title: 'What is your name?', type: 'short_text' },
        { id: 'f2', ref: 'work_email', title: 'And your email?', type: 'email' },
        { id: 'f4', ref: 'contact', title: 'Contact', type: 'contact_info', properties: { fields: [{ id: 'f5', ref: 'phone_ref', title: 'Phone number', type: 'phone_number' }] } },
      ],
    },
    answers: [
      { type: 'text', text: 'Ann Berg', field: { id: 'f1', ref: 'full_name', type: 'short_text' } },
      { type: 'email', email: 'ann@acme.example', field: { id: 'f2', ref: 'work_email', type: 'email' } },
      { type: 'phone_number', phone_number: '+4930901820', field: { id: 'f5', ref: 'phone_ref', type: 'phone_number' } },
      { type: 'choice', choice: { label: 'Sales' }, field: { id: 'f6', ref: 'topic', type: 'dropdown' } },
      { type: 'choice', choice: { other: 'Something else' }, field: { id: 'f7', ref: 'other', type: 'multiple_choice' } },
      { type: 'choices', choices: { labels: ['A', 'B'], other: 'C' }, field: { id: 'f8', ref: 'several', type: 'multiple_choice' } },
      { type: 'boolean', boolean: false, field: { id: 'f9', ref: 'customer', type: 'yes_no' } },
      { type: 'number', number: 12, field: { id: 'f10', ref: 'seats', type: 'number' } },
      { type: 'date', date: '2026-12-01', field: { id: 'f11', ref: 'start', type: 'date' } },
      { type: 'payment', payment: { amount: '10', last4: '1234', name: 'Ann', success: true }, field: { id: 'f12', ref: 'paid', type: 'payment' } },
      { type: 'file_url', file_url: 'https://api.typeform.com/responses/files/abc/cv%20ann.pdf', field: { id: 'f13', ref: 'cv', type: 'file_upload' } },
    ],
  },
};

test('answers are known by ref, id and title, hidden fields by name, and the token is the id', async () => {
  const reading = await source.read(jsonRequest(payload));
  expect(reading).toMatchObject({
    kind: 'submission',
    submission: {
      id: 'a3a12ec67a1365927098a606107fac15', formId: 'lT4Z3j', formName: 'Contact us', submittedAt: '2026-01-18T18:17:02.000Z',
      fields: {
        full_name: 'Ann Berg', f1: 'Ann Berg', 'What is your name?': 'Ann Berg',
        work_email: 'ann@acme.example', email: 'ann@acme.example', 'And your email?': 'ann@acme.example',
        phone_ref: '+4930901820', phone: '+4930901820', 'Phone number': '+4930901820',
        topic: 'Sales', other: 'Something else', several: ['A', 'B', 'C'], customer: 'false', seats: '12', start: '2026-12-01', paid: '10',
        utm_source: 'newsletter', score: '4',
      },
      files: [{ field: 'cv', name: 'cv ann.pdf', url: 'https://api.typeform.com/responses/files/abc/cv%20ann.pdf' }],
    },
  });
});

test('other news of the account is acknowledged and not stored', async () => {
  expect(await source.read(jsonRequest({ event_type: 'form_response_partial' }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'form_response_partial' } });
});

test.each([
  ['no response', { event_type: 'form_response' }, 'form_response'],
  ['no token', { event_type: 'form_response', form_response: { answers: [] } }, 'form_response.token'],
  ['answers that are no list', { event_type: 'form_response', form_response: { token: 't', answers: 'x' } }, 'form_response.answers'],
  ['an answer without a field', { event_type: 'form_response', form_response: { token: 't', answers: [{ type: 'text', text: 'x' }] } }, 'form_response.answers.0.field'],
])('%s is refused with its path', async (_, wrong, path) => {
  expect(await source.read(jsonRequest(wrong))).toMatchObject({ kind: 'refused', status: 400, path });
});

test('it is checked by its own signature', () => {
  expect(source.verification).toEqual({ scheme: 'typeform', secrets: [{ kind: 'secret', name: 'TYPEFORM_SECRET' }] });
});
