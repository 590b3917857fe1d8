import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

test('two different submissions with the same new address at the same instant make one person and two tasks', async () => {
  stack = await startStack();
  const { submit } = stack;
  await Promise.all([submit({ name: 'Ann Lee', email: 'ann@acme.example', message: 'First' }), submit({ name: 'Ann Lee', email: 'ANN@acme.example', message: 'Second' })]);
  await stack.settled();
  expect(stack.twenty.records('people')).toHaveLength(1);
  expect(stack.twenty.records('tasks')).toHaveLength(2);
});

test('twenty people of one new company at once, by every form of its domain and by name only with free mail, make one company', async () => {
  stack = await startStack();
  const { submit } = stack;
  const websites = ['acme.example', 'http://acme.example', 'https://acme.example', 'https://www.acme.example/', 'WWW.ACME.EXAMPLE'];
  const forms = Array.from({ length: 20 }, (_, n) =>
    n % 2 === 0
      ? { name: `Person ${String(n)}`, email: `p${String(n)}@gmail.com`, company: n % 4 === 0 ? 'Acme' : 'ACME', message: 'Hi' }
      : { name: `Person ${String(n)}`, email: `p${String(n)}@${n % 4 === 1 ? 'acme.example' : 'Acme.Example'}`, company: 'Acme', website: websites[n % 5], message: 'Hi' });
  await Promise.all(forms.map((form) => submit(form)));
  await stack.settled();

  const companies = stack.twenty.records('companies');
  expect(companies.map(({ name }) => name)).toEqual(['Acme']);
  expect(stack.twenty.records('people').map(({ companyId }) => companyId)).toEqual(Array.from({ length: 20 }, () => companies[0]!['id']));
});
