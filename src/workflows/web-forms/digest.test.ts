import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from './digest.ts';
import { leadOf } from './lead.fixture.ts';

const entry = {
  lead: leadOf({ companyName: 'Acme', message: 'Hello,\nworld' }), person: 'created', companyName: 'Acme', recordUrl: 'https://crm.acme.example/object/person/p1',
  taskTitle: 'Follow up: Ann Berg', assignee: 'Bo', dueAt: '2026-11-23T16:00:00.000Z',
} as const;

test('one submission says who, what, what follows and where', () => {
  const mail = digest([entry]);
  expect(mail.subject).toBe('New enquiry: Ann Berg (Acme)');
  expect(mail.text).toBe(
    'Ann Berg is new in Twenty.\nEmail: ann@acme.example\nCompany: Acme\nTask: Follow up: Ann Berg, for Bo, due 2026-11-23\nhttps://crm.acme.example/object/person/p1\n\nHello,\nworld',
  );
  expect(mail.html).toContain('<a href="https://crm.acme.example/object/person/p1">Ann Berg</a>');
});

test('several are one digest that counts and holds each of them', () => {
  const mail = digest([entry, { ...entry, lead: leadOf({ name: { firstName: 'Bo', lastName: '' } }), person: 'unchanged' }], 'From {name}');
  expect(mail.subject).toBe('2 new enquiries');
  expect(mail.text).toMatch(/Ann Berg is new[\s\S]*Bo was known; nothing had to change/);
});

test('a subject of the configuration is filled in', () => {
  expect(digest([entry], '{name} from {company} via {form}').subject).toBe('Ann Berg from Acme via');
  expect(digest([entry, entry], '{count} forms').subject).toBe('2 forms');
  expect(digest([entry], (entries) => `Custom ${entries.length}`).subject).toBe('Custom 1');
});

test('nothing a stranger types becomes markup or a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const evil = `<script>${text}</script>\r\nBcc: x@y.test"'`;
      const mail = digest([{ ...entry, lead: leadOf({ name: { firstName: evil, lastName: evil }, message: evil, remarks: [evil], jobTitle: evil }), companyName: evil }]);
      expect(mail.html).not.toMatch(/<script/i);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.subject.length).toBeLessThanOrEqual(200);
    }),
  );
});
