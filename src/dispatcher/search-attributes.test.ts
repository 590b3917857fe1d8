import { expect, test } from 'vitest';
import { createSearchAttributes } from './search-attributes.ts';

test('a server that was away at the start is asked again later', async () => {
  let nowMs = 0;
  const answers = [false, true];
  const attributes = createSearchAttributes(() => Promise.resolve(answers.shift()!), () => nowMs);
  expect(await attributes.usable()).toBe(false);
  expect(await attributes.usable()).toBe(false);
  nowMs = 30_000;
  expect([await attributes.usable(), await attributes.usable()]).toEqual([true, true]);
});

test('a server that has lost its data gets the attributes anew; other errors say nothing about them', async () => {
  let asked = 0;
  const attributes = createSearchAttributes(() => Promise.resolve((asked += 1) > 0));
  await attributes.usable();
  const lost = new Error('Failed to start Workflow', { cause: Object.assign(new Error('3 INVALID_ARGUMENT'), { details: 'Namespace default has no mapping defined for search attribute SluiceIntegration' }) });
  expect(attributes.areRefusedBy(new Error('Failed to start Workflow'))).toBe(false);
  expect(attributes.areRefusedBy(lost)).toBe(true);
  expect(await attributes.usable()).toBe(true);
  expect(asked).toBe(2);
});
