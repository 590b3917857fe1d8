import { expect, test } from 'vitest';
import type { OpenConflict } from '../../store/sync-conflicts.ts';
import { conflictWords } from './conflict-words.ts';

const conflict: OpenConflict = {
  id: 'c-1', linkId: 'l-1', field: 'title', base: { twenty: 'Buyer', external: 'buyer' }, twenty: 'CEO', external: null, resolution: undefined, taskId: undefined, told: false, lostSide: undefined,
  openedAt: new Date('2026-01-31T09:00:00Z'), twentyBy: 'Ann Lee', twentyAt: new Date('2026-01-31T09:00:00Z'), externalAt: new Date('2026-01-31T23:30:00Z'),
};

test('a conflict is told with both values, who and when by the clock of the team', () => {
  expect(conflictWords(conflict, 'contacts', 'Europe/Berlin')).toBe([
    '**title** was changed on both sides.',
    '- In Twenty: CEO (Ann Lee, 31 Jan 2026, 10:00)',
    '- In contacts: (nothing) (1 Feb 2026, 00:30)',
    '- Both held before: Buyer',
    'Make both equal, or decide with `sluice sync resolve c-1 --keep twenty` (or external, or --value).',
  ].join('\n'));
});

test('what nobody knows is left out, and a long value is cut', () => {
  const words = conflictWords({ ...conflict, base: undefined, twentyBy: undefined, twentyAt: undefined, externalAt: undefined, external: 'x'.repeat(2_000) }, 'contacts');

  expect(words).toContain('- In Twenty: CEO\n');
  expect(words).toContain(`- In contacts: ${'x'.repeat(1_000)}…\n`);
  expect(words).not.toContain('before');
});

test('an edit that was covered is told as one, with what brings it back', () => {
  expect(conflictWords({ ...conflict, lostSide: 'twenty', base: { twenty: 'Buyer', external: 'Buyer' }, external: 'Buyer' }, 'contacts')).toBe([
    'An edit of **title** in Twenty was covered by a write that was under way.',
    '- The edit: CEO (Ann Lee, 31 Jan 2026, 09:00)',
    '- Both hold now: Buyer',
    'Bring it back with `sluice sync resolve c-1 --keep twenty`, or leave things as they are with `--keep external`.',
  ].join('\n'));
});
