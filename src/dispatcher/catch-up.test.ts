import { expect, test } from 'vitest';
import { catchUpSpecs } from './catch-up.ts';

const realm = { marker: 'main', suffix: '.other', workspace: 'main', taskQueue: 'other', timeZone: 'UTC' };
const target = { workspace: 'main', connection: 'twenty', objects: ['person'] };

test('every workspace with a watched object is read by the clock, its runs under one id', () => {
  expect(catchUpSpecs(realm, [target], { everyMinutes: 5, sweepEveryDays: 7 })).toEqual([{
    id: 'catch-up/main', name: 'catch-up/main', when: { everyMs: 300_000 }, overlap: 'skip', catchUpWithinMs: 60_000,
    action: { workflowType: 'catchUp', args: [{ id: 'catch-up-main.other', workspace: 'main', connection: 'twenty', sweepEveryMs: 604_800_000 }] },
  }]);
  expect(catchUpSpecs(realm, [target], 'off')).toEqual([]);
});
