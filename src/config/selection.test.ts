import { expect, it } from 'vitest';
import { Selection } from './selection.ts';

it('a selection in a config or a request is read, or refused with where and what to write', () => {
  expect(Selection.safeParse({ view: ' Lab audience ' })).toEqual({ success: true, data: { view: 'Lab audience' } });
  expect(Selection.safeParse({ filter: { and: [] } }).error?.issues).toMatchObject([{ path: ['filter', 'and'], message: expect.stringContaining('{ all: true }') as unknown }]);
});
