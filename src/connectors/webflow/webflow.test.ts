import { expect, test } from 'vitest';
import { jsonRequest } from '../form-request.fixture.ts';
import { webflow } from './index.ts';

const source = webflow({ secret: { kind: 'secret', name: 'WEBFLOW_SECRET' } });

test('answers are known by their label and the id of their element', async () => {
  const payload = {
    triggerType: 'form_submission',
    payload: {
      name: 'Contact Us', siteId: '65427cf400e02b306eaa049c', id: '6321ca84df3949bfc6752327', formId: '65429eadebe8a9f3a30f62d0', submittedAt: '2026-09-14T12:35:16.117Z',
      data: { 'First Name': 'Ann', email: 'ann@acme.example', 'Phone Number': 15550000000, Newsletter: true, CV: 'https://uploads.webflow.example/cv.pdf' },
      schema: [
        { fieldName: 'First Name', fieldType: 'FormTextInput', fieldElementId: 'el-1' },
        { fieldName: 'CV', fieldType: 'FormFileUploadInput', fieldElementId: 'el-2' },
      ],
    },
  };
  expect(await source.read(jsonRequest(payload))).toEqual({
    kind: 'submission',
    submission: {
      id: '6321ca84df3949bfc6752327', formId: '65429eadebe8a9f3a30f62d0', formName: 'Contact Us', submittedAt: '2026-09-14T12:35:16.117Z',
      fields: {
        'First Name': 'Ann', 'el-1': 'Ann', email: 'ann@acme.example', 'Phone Number': '15550000000', Newsletter: 'true',
        CV: 'https://uploads.webflow.example/cv.pdf', 'el-2': 'https://uploads.webflow.example/cv.pdf',
      },
      files: [{ field: 'CV', name: 'cv.pdf', url: 'https://uploads.webflow.example/cv.pdf' }],
    },
  });
});

test('other triggers of the site are acknowledged and not stored', async () => {
  expect(await source.read(jsonRequest({ triggerType: 'site_publish', payload: {} }))).toEqual({ kind: 'answer', status: 200, body: { ignored: 'site_publish' } });
});

test('a payload without answers is refused with its path', async () => {
  expect(await source.read(jsonRequest({ triggerType: 'form_submission', payload: { id: 'x' } }))).toMatchObject({ kind: 'refused', path: 'payload.data' });
});
