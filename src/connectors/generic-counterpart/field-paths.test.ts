import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../domain/sync.ts';
import { branchesOf, fieldAt, withFields, withoutFields } from './field-paths.ts';

const part = fc.oneof(fc.constantFrom('a', 'b', 'name', 'e-mail', '__proto__', 'constructor', '0', 'ä ö'), fc.string({ minLength: 1, maxLength: 4 })).map((text) => text.replaceAll('\\', '/').replaceAll('.', '\\.'));
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const plain: fc.Arbitrary<Value> = fc.oneof(fc.constant(null), fc.boolean(), fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)));
const value: fc.Arbitrary<Value> = fc.oneof(plain, fc.array(plain, { maxLength: 3 }), fc.dictionary(fc.string(), plain, { maxKeys: 3, noNullPrototype: true }) as fc.Arbitrary<Value>);
/** Fields of which none lies inside another one. */
const fields = fc.array(fc.tuple(path, value), { maxLength: 6 }).map((pairs) =>
  Object.fromEntries(pairs.filter(([name], index) => !pairs.slice(0, index).some(([other]) => `${name}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${name}.`)))));
const record = fc.dictionary(fc.string({ maxLength: 3 }), value, { noNullPrototype: true }) as fc.Arbitrary<Readonly<Record<string, Value>>>;
const overTheWire = <T>(sent: T): T => JSON.parse(JSON.stringify(sent)) as T;

describe('fields in their places', () => {
  test('what is written and read back is the same', () => {
    fc.assert(fc.property(record, fields, (around, sent) => {
      const read = overTheWire(withFields(around, sent));
      for (const [name, one] of Object.entries(sent)) expect(fieldAt(read, name) ?? null).toEqual(overTheWire(one));
    }));
  });

  test('what is read and written back changes nothing, and neither does writing twice', () => {
    fc.assert(fc.property(record, fields, (around, sent) => {
      const once = withFields(around, sent);
      const read = Object.fromEntries(Object.keys(sent).map((name) => [name, fieldAt(once, name) ?? null]));
      expect(withFields(once, read)).toEqual(once);
      expect(withFields(once, sent)).toEqual(once);
    }));
  });

  test('what stands around is kept, and what is left out is gone alone', () => {
    fc.assert(fc.property(record, path, value, (around, name, one) => {
      const made = withFields(around, { [name]: one });
      const head = name.split(/(?<!\\)\./)[0]!.replaceAll('\\.', '.');
      for (const [key, own] of Object.entries(around)) if (key !== head) expect(fieldAt(made, key.replaceAll('.', '\\.'))).toEqual(own);
      expect(fieldAt(withoutFields(made, [name]), name) ?? undefined).toBeUndefined();
    }));
  });

  test('an element of a list is written in its place', () => {
    const held: Readonly<Record<string, Value>> = { emails: [{ value: 'a@acme.example', label: 'work' }, { value: 'b@acme.example' }], name: 'Ann' };
    expect(fieldAt(held, 'emails.1.value')).toBe('b@acme.example');
    expect(withFields(branchesOf(held, ['emails.0.value', 'name']), { 'emails.0.value': 'c@acme.example' })).toEqual({ emails: [{ value: 'c@acme.example', label: 'work' }, { value: 'b@acme.example' }] });
  });
});
