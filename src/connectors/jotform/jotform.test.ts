import { expect, test } from 'vitest';
import { bodyRequest, multipartRequest } from '../form-request.fixture.ts';
import { jotform } from './index.ts';

const source = jotform({ secret: { kind: 'secret', name: 'JOTFORM_SECRET' } });

const raw = {
  slug: 'submit/243231271343446',
  jsExecutionTracker: 'build-date-1732271172685',
  q3_fullName: { first: 'Ann', last: 'Berg' },
  q4_email7: 'ann@acme.example',
  q5_phoneNumber: { full: '(212) 555-0123' },
  q6_topics: ['A', 'B'],
  q15_date: { month: '2', day: '7', year: '2026' },
  q16_when: { month: '', day: '', year: '' },
  q33_message: 'Hello',
  temp_upload: { q5_proof: ['cv.pdf#x'] },
  proof: ['https://www.jotform.com/uploads/acme/1/2/cv%20ann.pdf'],
  timeToSubmit: '3',
};
const parts = (rest: Record<string, string> = {}): [string, string][] =>
  Object.entries({ action: '', formID: '243231271343446', formTitle: 'Contact', submissionID: '6084250982513018472', rawRequest: JSON.stringify(raw), pretty: 'Name:Ann', ...rest });

test('answers are known with and without the number of the question, parts by their name', async () => {
  const reading = await source.read(await multipartRequest(parts()));
  expect(reading).toMatchObject({
    kind: 'submission',
    submission: {
      id: '6084250982513018472', formId: '243231271343446', formName: 'Contact',
      fields: {
        q3_fullName: 'Ann Berg', fullName: 'Ann Berg', 'fullName.first': 'Ann', 'fullName.last': 'Berg',
        q4_email7: 'ann@acme.example', email7: 'ann@acme.example', email: 'ann@acme.example',
        phoneNumber: '(212) 555-0123', topics: ['A', 'B'], date: '2026-02-07', when: '', message: 'Hello',
      },
      files: [{ field: 'proof', name: 'cv ann.pdf', url: 'https://www.jotform.com/uploads/acme/1/2/cv%20ann.pdf' }],
    },
  });
  expect(reading.kind === 'submission' && 'slug' in reading.submission.fields).toBe(false);
});

test('an urlencoded delivery is read alike', async () => {
  const reading = await source.read(bodyRequest('application/x-www-form-urlencoded', new URLSearchParams(parts()).toString()));
  expect(reading).toMatchObject({ kind: 'submission', submission: { id: '6084250982513018472', fields: { message: 'Hello' } } });
});

test.each([
  ['rawRequest', { rawRequest: '' }],
  ['submissionID', { submissionID: ' ' }],
  ['rawRequest', { rawRequest: '{"q3_' }],
  ['rawRequest', { rawRequest: '[]' }],
])('a delivery with a broken %s is refused with that path', async (path, wrong) => {
  expect(await source.read(await multipartRequest(parts(wrong)))).toMatchObject({ kind: 'refused', status: 400, path });
});

test('its secret is the last part of the address', () => {
  expect(source.verification).toEqual({ scheme: 'path-secret', secrets: [{ kind: 'secret', name: 'JOTFORM_SECRET' }] });
});
