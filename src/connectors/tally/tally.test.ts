import { expect, test } from 'vitest';
import { jsonRequest } from '../form-request.fixture.ts';
import { tally } from './index.ts';

const source = tally({ secret: { kind: 'secret', name: 'TALLY_SECRET' } });

const payload = {
  eventId: 'a4cb511e-d513-4fa5-baee-b815d718dfd1',
  eventType: 'FORM_RESPONSE',
  createdAt: '2026-06-28T15:00:21.889Z',
  data: {
    responseId: '2wgx4n', submissionId: '2wgx4n', respondentId: 'dwQKYm', formId: 'VwbNEw', formName: 'Contact', createdAt: '2026-06-28T15:00:21.000Z',
    fields: [
      { key: 'question_name', label: 'Your name', type: 'INPUT_TEXT', value: 'Ann Berg' },
      { key: 'question_mail', label: 'E-Mail', type: 'INPUT_EMAIL', value: 'ann@acme.example' },
      { key: 'question_tel', label: 'Phone', type: 'INPUT_PHONE_NUMBER', value: '+4930901820' },
      { key: 'question_topic', label: 'Topic', type: 'DROPDOWN', value: ['o2'], options: [{ id: 'o1', text: 'Support' }, { id: 'o2', text: 'Sales' }] },
      { key: 'question_several', label: 'Several', type: 'CHECKBOXES', value: ['c1', 'c2'], options: [{ id: 'c1', text: 'A' }, { id: 'c2', text: 'B' }] },
      { key: 'question_several_c1', label: 'Several (A)', type: 'CHECKBOXES', value: true },
      { key: 'question_matrix', label: 'Matrix', type: 'MATRIX', value: { r1: ['k1'] }, rows: [{ id: 'r1', text: 'Speed' }], columns: [{ id: 'k1', text: 'Good' }] },
      { key: 'question_file', label: 'File', type: 'FILE_UPLOAD', value: [{ id: 'x', name: 'cv.pdf', url: 'https://storage.tally.so/cv.pdf', mimeType: 'application/pdf', size: 1 }] },
      { key: 'question_hidden', label: 'utm_source', type: 'HIDDEN_FIELDS', value: 'newsletter' },
      { key: 'question_size', label: 'Seats', type: 'INPUT_NUMBER', value: 12 },
      { key: 'question_empty', label: 'Left out', type: 'INPUT_TEXT', value: null },
    ],
  },
};

test('answers are known by key and label, and chosen options by their text', async () => {
  expect(await source.read(jsonRequest(payload))).toMatchObject({
    kind: 'submission',
    submission: {
      id: '2wgx4n', formId: 'VwbNEw', formName: 'Contact', submittedAt: '2026-06-28T15:00:21.000Z',
      fields: {
        question_name: 'Ann Berg', 'Your name': 'Ann Berg', 'E-Mail': 'ann@acme.example', email: 'ann@acme.example', Phone: '+4930901820', phone: '+4930901820',
        Topic: ['Sales'], Several: ['A', 'B'], 'Several (A)': 'true', Matrix: ['Speed: Good'], utm_source: 'newsletter', Seats: '12', 'Left out': '',
      },
      files: [{ field: 'File', name: 'cv.pdf', url: 'https://storage.tally.so/cv.pdf' }],
    },
  });
});

test.each([
  ['no data', { eventType: 'FORM_RESPONSE' }, 'data'],
  ['no id', { eventType: 'FORM_RESPONSE', data: { fields: [] } }, 'data.responseId'],
  ['a field without a key', { eventType: 'FORM_RESPONSE', data: { responseId: 'x', fields: [{ type: 'INPUT_TEXT' }] } }, 'data.fields.0.key'],
])('%s is refused with its path', async (_, wrong, path) => {
  expect(await source.read(jsonRequest(wrong))).toMatchObject({ kind: 'refused', status: 400, path });
});

test('other news is acknowledged and not stored', async () => {
  expect(await source.read(jsonRequest({ eventType: 'SOMETHING' }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'SOMETHING' } });
});
