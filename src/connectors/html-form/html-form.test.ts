import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyRequest, multipartRequest } from '../form-request.fixture.ts';
import { htmlForm } from './index.ts';

const open = htmlForm({ unauthenticated: true });
const urlencoded = 'application/x-www-form-urlencoded';

test('fields are read by name, and a name posted twice is a list', async () => {
  const reading = await open.read(bodyRequest(urlencoded, 'name=Ann+Berg&email=ann%40acme.example&topic=a&topic=b&empty=&flag'));
  expect(reading).toEqual({
    kind: 'submission',
    submission: { fields: { name: 'Ann Berg', email: 'ann@acme.example', topic: ['a', 'b'], empty: '', flag: '' }, files: [] },
  });
});

test('another charset is read as what it says', async () => {
  const reading = await open.read(bodyRequest(`${urlencoded}; charset=iso-8859-1`, 'name=M%FCller'));
  expect(reading).toMatchObject({ submission: { fields: { name: 'Müller' } } });
});

test('an unknown charset is refused', async () => {
  expect(await open.read(bodyRequest(`${urlencoded}; charset=klingon`, 'a=b'))).toEqual({
    kind: 'refused', status: 415, path: 'content-type', problem: expect.stringContaining('klingon'),
  });
});

test('raw UTF-8 bytes and stray percent signs are kept', async () => {
  const reading = await open.read(bodyRequest(urlencoded, 'name=Zoë&off=50%25+or+50%'));
  expect(reading).toMatchObject({ submission: { fields: { name: 'Zoë', off: '50% or 50%' } } });
});

test('multipart as browsers write it is read alike, and a file input left alone is an empty field', async () => {
  const part = (disposition: string, value: string): string => `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  const body = [
    part('name="name"', 'Zoë "A" Berg'), part('name="topic"', 'a'), part('name="topic"', 'b'),
    '--b\r\nContent-Disposition: form-data; name="cv"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n', '--b--\r\n',
  ].join('');
  const reading = await open.read(bodyRequest('multipart/form-data; boundary=b', body));
  expect(reading).toEqual({ kind: 'submission', submission: { fields: { name: 'Zoë "A" Berg', topic: ['a', 'b'], cv: '' }, files: [] } });
});

test('a file is refused in plain words, with the field it came in', async () => {
  const reading = await open.read(await multipartRequest([['name', 'Ann'], ['cv', new File(['x'], 'cv.pdf')]]));
  expect(reading).toEqual({ kind: 'refused', status: 422, path: 'cv', problem: expect.stringContaining('takes no files') });
});

test('a file may be left out and named instead', async () => {
  const form = htmlForm({ unauthenticated: true, files: 'ignore' });
  const reading = await form.read(await multipartRequest([['name', 'Ann'], ['cv', new File(['x'], 'cv.pdf')]]));
  expect(reading).toEqual({ kind: 'submission', submission: { fields: { name: 'Ann' }, files: [{ field: 'cv', name: 'cv.pdf' }] } });
});

test('a body that does not fit its boundary is refused', async () => {
  expect(await open.read(bodyRequest('multipart/form-data; boundary=x', 'nothing here'))).toMatchObject({ kind: 'refused', status: 400, path: 'body' });
  expect(await open.read(bodyRequest('multipart/form-data', 'nothing here'))).toMatchObject({ kind: 'refused', status: 400, path: 'body' });
});

test('more fields than any form has are refused', async () => {
  const body = Array.from({ length: 600 }, (_, i) => `f${i}=x`).join('&');
  expect(await open.read(bodyRequest(urlencoded, body))).toMatchObject({ kind: 'refused', status: 400, path: 'body' });
});

test('NUL characters and broken pairs are dropped, and no name reaches a prototype', async () => {
  const reading = await open.read(bodyRequest(urlencoded, 'a=x%00y&__proto__=bad&constructor=c&toString=t'));
  expect(reading.kind).toBe('submission');
  const fields = reading.kind === 'submission' ? reading.submission.fields : {};
  expect(Object.entries(fields)).toEqual([['a', 'xy'], ['__proto__', 'bad'], ['constructor', 'c'], ['toString', 't']]);
  expect(({} as Record<string, unknown>)['bad']).toBeUndefined();
});

test('an id field makes the submission known by it', async () => {
  const form = htmlForm({ unauthenticated: true, idField: 'sid' });
  expect(await form.read(bodyRequest(urlencoded, 'sid=42&a=b'))).toMatchObject({ submission: { id: '42' } });
});

test('what a browser encodes is what is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), { maxKeys: 8, noNullPrototype: true }), async (fields) => {
      const clean = Object.entries(fields).filter(([name, value]) => !`${name}${value}`.includes('\0') && name.isWellFormed());
      const reading = await open.read(bodyRequest(urlencoded, new URLSearchParams(clean).toString()));
      expect(reading.kind === 'submission' && Object.entries(reading.submission.fields).sort()).toEqual(clean.sort());
    }),
  );
});

test('a form is open to anybody only when the configuration says so', () => {
  expect(htmlForm({}).problems).toEqual([{ path: 'secret', message: expect.stringContaining('unauthenticated: true') }]);
  expect(open.verification).toEqual({ scheme: 'none' });
  const secret = { kind: 'secret', name: 'FORM_SECRET' } as const;
  expect(htmlForm({ secret }).verification).toEqual({ scheme: 'path-secret', secrets: [secret] });
  expect(htmlForm({ secret: [secret], secretIn: 'header' }).verification).toEqual({ scheme: 'header-secret', secrets: [secret] });
  expect(htmlForm({ secret, unauthenticated: true }).problems).toEqual([{ path: 'unauthenticated', message: expect.stringContaining('leave one') }]);
});
