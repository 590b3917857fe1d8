import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActionItem } from '../domain/meeting.ts';
import { actionItemsOf } from './action-items.ts';

test.each<[string, unknown, readonly ActionItem[]]>([
  ['a text by speaker', '**Ann Lee**\nSend the plan (16:17)\n- Call Bob (1:02:03)\n\n**Bob**:\nPay', [{ text: 'Send the plan', assignee: { name: 'Ann Lee' } }, { text: 'Call Bob', assignee: { name: 'Ann Lee' } }, { text: 'Pay', assignee: { name: 'Bob' } }]],
  ['headings in other forms', '## Ann Lee\r\n1. Send\r\n__Bob Ito__\r\n* Pay\r\nCy Young:\r\n• Sing', [{ text: 'Send', assignee: { name: 'Ann Lee' } }, { text: 'Pay', assignee: { name: 'Bob Ito' } }, { text: 'Sing', assignee: { name: 'Cy Young' } }]],
  ['a heading that names nobody', '**Ann**\nSend\n**Unassigned**\nPay\n## Action items\nRest', [{ text: 'Send', assignee: { name: 'Ann' } }, { text: 'Pay' }, { text: 'Rest' }]],
  ['a heading that is an address', '**ann@acme.example**\nSend', [{ text: 'Send', assignee: { email: 'ann@acme.example' } }]],
  ['texts', ['Jane to send it', '', '  ', '**bold** start'], [{ text: 'Jane to send it' }, { text: '**bold** start' }]],
  ['a text that ends in a colon is an item of its own in a list', ['Ann Lee:'], [{ text: 'Ann Lee:' }]],
  ['objects', [{ description: 'Send', assignee: { name: 'Ann', email: 'Ann@Acme.example' }, completed: true }, { task: 'Pay', owner: 'bob@acme.example', due_date: '2026-02-28T23:00:00Z' }, { title: 'Rest', assignee: null }], [
    { text: 'Send', assignee: { name: 'Ann', email: 'ann@acme.example' }, done: true }, { text: 'Pay', assignee: { email: 'bob@acme.example' }, dueOn: '2026-02-28' }, { text: 'Rest' },
  ]],
  ['a tick and a day in the text', '- [x] Sent\n- [ ] Pay by 2026-12-01', [{ text: 'Sent', done: true }, { text: 'Pay by 2026-12-01', dueOn: '2026-12-01' }]],
  ['days that are none', [{ text: 'a', due: '2026-02-30' }, { text: 'b', due: 'tomorrow' }, { text: 'c', due: 7 }], [{ text: 'a' }, { text: 'b' }, { text: 'c' }]],
  ['nothing', null, []], ['a number', 7, []], ['strange things', [null, 7, [], { text: 7 }, { text: '---' }], []],
])('%s', (_, value, items) => {
  expect(actionItemsOf(value)).toEqual(items);
});

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

test('whatever is sent, items are lines with words and days are days; read again they are the same', () => {
  fc.assert(fc.property(fc.oneof(anyText, fc.array(fc.oneof(anyText, fc.record({ text: anyText, assignee: fc.oneof(anyText, fc.record({ name: anyText, email: anyText })), due: fc.oneof(anyText, fc.date({ noInvalidDate: true }).map((date) => date.toISOString())) }, { requiredKeys: [] })))), (value) => {
    const items = actionItemsOf(value);
    for (const { text, dueOn, assignee } of items) {
      expect(text).toMatch(/[\p{L}\p{N}]/u);
      expect(text).not.toMatch(/[\n\r\0]/);
      expect(text).toBe(text.trim());
      if (dueOn !== undefined) expect(new Date(`${dueOn}T00:00:00Z`).toISOString()).toContain(dueOn);
      if (assignee !== undefined) expect((assignee.name ?? assignee.email)?.trim()).not.toBe('');
    }
  }));
});

test('every line under a speaker is one of theirs, whatever stands in it', () => {
  const word = fc.stringMatching(/^[a-z]{2,8}$/);
  const speakers = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z][a-z]{2,8}$/), fc.stringMatching(/^[A-Z][a-z]{2,8}$/)).map((names) => names.join(' ')), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(speakers, fc.array(fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')), { minLength: 1, maxLength: 4 }), (names, lines) => {
    const text = names.map((name) => `**${name}**\n${lines.map((line) => `${line} (01:02)`).join('\n')}`).join('\n\n');
    expect(actionItemsOf(text)).toEqual(names.flatMap((name) => lines.map((line) => ({ text: line, assignee: { name } }))));
  }));
});
