import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asText, tidyMarkdown, withoutMarkdown } from './markdown.ts';
import { bodyAfter, noteOf } from './note.ts';

const settings = { title: '{title}', transcript: 'without-summary', timeZone: 'Europe/Berlin' } as const;

test.each([
  ['headings stay below ours', '# Purpose\nTalk\n### Detail\nmore', '### Purpose\n\nTalk\n\n##### Detail\n\nmore'],
  ['bullets become dashes, after an empty line', 'Points:\n• one\n– two\n  ◦ in\n* three\n1. first', 'Points:\n\n- one\n- two\n  - in\n- three\n1. first'],
  ['underlined headings get their marks', 'Purpose\n=======\nTalk\n\nDetail\n------\nmore', '### Purpose\n\nTalk\n\n#### Detail\n\nmore'],
  ['HTML becomes markdown or goes', '<p>Hi <b>all</b><br/>bye</p><script>alert(1)</script><ul><li>one</li></ul><!-- no -->', 'Hi **all**\nbye\n\n- one'],
  ['a line of dashes between paragraphs stays a line', 'one\n\n---\n\ntwo', 'one\n\n---\n\ntwo'],
  ['comparisons are no HTML', 'a < b and c > d, 2 <3', 'a < b and c > d, 2 <3'],
  ['line ends and empty lines', 'a\r\n\r\n\r\n\r\nb   \r\n#tag', 'a\n\nb\n#tag'],
  ['links and tables stay', '[x](https://acme.example/?a=1&b=2)\n\n| a | b |\n|---|---|\n| 1 | 2 |', '[x](https://acme.example/?a=1&b=2)\n\n| a | b |\n|---|---|\n| 1 | 2 |'],
])('%s', (_, given, expected) => {
  expect(tidyMarkdown(given)).toBe(expected);
});

test('tidied twice is tidied once, and no heading comes above ours', () => {
  const line = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('# A', '## B', '#### C', '• x', '- y', '<b>z</b>', '---', '===', '', 'text', '1. n', '<br>', '> q'));
  fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
    const once = tidyMarkdown(lines.join('\n'));
    expect(once).not.toMatch(/^#{1,2} /m);
    expect(once).not.toMatch(/\n{3}|\0|\r/);
  }));
  const plain = fc.constantFrom('# A', '## B', '#### C', '• x', '- y', '', 'text', '1. n', '> q');
  fc.assert(fc.property(fc.array(plain, { maxLength: 12 }), (lines) => {
    const once = tidyMarkdown(lines.join('\n'));
    expect(tidyMarkdown(once)).toBe(once);
  }));
});

test('a text of others is no markup among ours, and comes back whole', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    expect(asText(text).replace(/\\([\\`*_[\]<>#|~])/g, '$1')).toBe(text);
  }));
  expect(asText('**not bold** [x](y) <b>')).toBe('\\*\\*not bold\\*\\* \\[x\\](y) \\<b\\>');
});

test('a mail shows markdown as plain text', () => {
  expect(withoutMarkdown('### Purpose\n\n- **40 people**, see [the offer](https://acme.example/o)\n- [https://a.example](https://a.example)')).toBe('Purpose\n\n- 40 people, see the offer (https://acme.example/o)\n- https://a.example');
});

test('a note has when, who, summary and next steps; what was said only where there is no summary', () => {
  const meeting = {
    title: 'Weekly', startedAt: '2025-03-30T00:30:00Z', endedAt: '2025-03-30T01:30:00Z', summary: '# Done\nAll of it', actionItems: [{ text: 'Pay *now*', assignee: { name: 'Ann' }, dueOn: '2025-04-01' }, { text: 'Sent', done: true }],
    participants: [{ name: 'Ann_Lee', email: 'ann@acme.example' }], host: { name: 'Jane' }, transcript: [{ text: 'Hello' }],
  };
  // The clocks go forward in that hour.
  expect(noteOf(meeting, settings)).toEqual({
    title: 'Weekly',
    body: '**When:** 30 March 2025, 01:30 to 03:30 (Europe/Berlin)\n\n**Who:** Jane, Ann\\_Lee (ann@acme.example)\n\n## Summary\n\n### Done\n\nAll of it\n\n## Next steps\n\n- Pay \\*now\\* (Ann, by 2025-04-01)\n- Sent (done)',
  });
  expect(noteOf({ transcript: [{ speaker: 'Ann', text: 'Hello' }] }, { ...settings, title: () => { throw new Error('no idea'); } })).toEqual({
    title: 'Meeting', body: 'The title function in the configuration failed: no idea\n\nThe recorder has not written a summary yet.\n\n## What was said\n\n**Ann:** Hello',
  });
  expect(noteOf({ startedAt: '2025-03-30T00:30:00Z' }, { ...settings, title: '{title} ({host})' }).title).toBe('Meeting on 30 March 2025 ()');
});

const anyBody = fc.array(fc.constantFrom('one', 'two', '\n\n', '---', ' '), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')).filter((text) => text.trim() !== '');

test('a note that people edited keeps their words, ours gives way to ours, and written twice is written once', () => {
  fc.assert(fc.property(anyBody, anyBody, fc.boolean(), (current, wanted, ours) => {
    const next = bodyAfter(current, wanted, ours);
    if (next === undefined) return;
    expect(next).toContain(wanted);
    if (!ours) expect(next.startsWith(current.trimEnd())).toBe(true);
    expect(bodyAfter(next, wanted, ours)).toBeUndefined();
    expect(bodyAfter(next, wanted, !ours)).toBeUndefined();
  }));
});
