import { expect, test } from 'vitest';
import { scheduleProblems } from './schedule-problems.ts';

test('schedules that can be are left alone', () => {
  const over = { object: 'person', connection: 'twenty', selection: { all: true } };
  expect(scheduleProblems('integrations.scores', [
    { name: 'nightly', when: { cron: '0 3 * * 1-5' }, over },
    { name: 'daily', when: { cron: '@daily' } },
    { name: 'often', when: { everyMs: 60_000 } },
  ])).toEqual([]);
});

test('what is wrong with a schedule is told with its place and what to write', () => {
  const problems = scheduleProblems('integrations.scores', [
    { name: 'Nightly run', when: { cron: 'at three' } },
    { name: 'often', when: { everyMs: 10 } },
    { name: 'often', when: { everyMs: 60_000 }, over: { object: 'person', connection: 'twenty', selection: { ids: [] } } },
  ]);
  expect(problems.map(({ path }) => path.replace('integrations.scores.schedules.', ''))).toEqual(['0.name', '0.when.cron', '1.when.everyMs', '2.name', '2.over.selection.ids']);
});
