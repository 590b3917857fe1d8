import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyRequest, jsonRequest } from '../form-request.fixture.ts';
import { jsonForm } from './index.ts';

const open = jsonForm({ unauthenticated: true });

test('nested names are joined by dots, lists of texts stay lists, and other values become text', async () => {
  const reading = await open.read(jsonRequest({ name: 'Ann', company: { name: 'Acme', size: 12 }, topics: ['a', 'b'], ok: true, none: null, items: [{ id: 1 }] }));
  expect(reading).toEqual({
    kind: 'submission',
    submission: { fields: { name: 'Ann', 'company.name': 'Acme', 'company.size': '12', topics: ['a', 'b'], ok: 'true', none: '', 'items.0.id': '1' }, files: [] },
  });
});

test.each([
  ['no JSON', '{"a":', /not JSON/],
  ['a list', '[1]', /not an object/],
  ['a text', '"x"', /not an object/],
  ['null', 'null', /not an object/],
  ['nothing', '', /not JSON/],
])('%s is refused with the path body', async (_, body, problem) => {
  expect(await open.read(jsonRequest(body))).toEqual({ kind: 'refused', status: 400, path: 'body', problem: expect.stringMatching(problem) });
});

test('bytes that are no UTF-8 are refused', async () => {
  expect(await open.read(bodyRequest('application/json', Uint8Array.of(0x7b, 0xff, 0x7d)))).toMatchObject({ kind: 'refused', path: 'body' });
});

test('a refusal quotes nothing of what was sent', async () => {
  const reading = await open.read(jsonRequest('{"password": secret-value}'));
  expect(JSON.stringify(reading)).not.toContain('secret');
});

test('deep nesting is refused with its path, however deep', async () => {
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  expect(await open.read(jsonRequest(deep))).toEqual({ kind: 'refused', status: 400, path: 'a.a.a.a.a.a.a.a.a', problem: expect.stringContaining('8 deep') });
});

test('more fields than any form has are refused', async () => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`f${i}`, 'x']));
  expect(await open.read(jsonRequest(many))).toMatchObject({ kind: 'refused', status: 400 });
});

test('no name reaches a prototype', async () => {
  const reading = await open.read(jsonRequest('{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}'));
  expect(reading.kind === 'submission' && Object.keys(reading.submission.fields)).toEqual(['__proto__.polluted', 'constructor.prototype.polluted']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('any JSON is read or refused, never an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => {
      expect(['submission', 'refused']).toContain((await open.read(jsonRequest(text))).kind);
    }),
  );
});
