import { expect, test } from 'vitest';
import { readStart } from './start.ts';

test.each([
  [undefined, {}],
  [null, {}],
  [{}, {}],
  [['a', 'b'], { selection: { ids: ['a', 'b'] } }],
  [{ requestId: 'r-1', by: 'ann', input: { a: 1 }, dryRun: true, selection: { all: true } }, { requestId: 'r-1', by: 'ann', input: { a: 1 }, dryRun: true, selection: { all: true } }],
  [{ requestId: null, selection: null, dryRun: false }, {}],
])('%j is a start', (message, start) => {
  expect(readStart(message)).toEqual({ ok: true, start });
});

test.each([
  ['run', ''],
  [7, ''],
  [{ request: 'r' }, 'request'],
  [{ requestId: 'with blanks' }, 'requestId'],
  [{ requestId: 'x'.repeat(201) }, 'requestId'],
  [{ by: 'two\nlines' }, 'by'],
  [{ dryRun: 'yes' }, 'dryRun'],
  [{ selection: {} }, 'selection'],
  [{ selection: { ids: [] } }, 'selection.ids'],
  [[], 'selection.ids'],
  [['a', 7], 'selection.ids.1'],
  [{ selection: { view: 'a', all: true } }, 'selection'],
])('%j is refused with its place', (message, path) => {
  expect(readStart(message)).toMatchObject({ ok: false, problem: { path } });
});
