import { afterAll, describe, test } from 'vitest';
import { recordHistories, recording } from '../harness/histories.ts';
import { startStack, type Stack } from '../harness/stack.ts';

describe.runIf(recording)('recording', () => {
  let stack: Stack | undefined;
  afterAll(() => stack?.close());

  test('web-forms', { timeout: 120_000 }, async () => {
    stack = await startStack({ form: { companyLink: 'restore' } }, ['worker']);
    const { submit, twenty, mail } = stack;
    const scenarios: Record<string, () => Promise<unknown>> = {
      'new-people': () => Promise.all([1, 2, 3].map((n) => submit({ name: `P ${String(n)}`, email: `p${String(n)}@acme.example`, company: 'Acme', message: 'Hi' }))),
      'known-person': () => submit({ name: 'P 1', email: 'p1@acme.example', jobTitle: 'Buyer', message: 'Again' }),
      unreadable: () => submit({ name: 'Nobody', message: 'no address' }),
      'link-overwritten': () => submit({ name: 'Other', email: 'x@brand.example', website: 'https://acme.example', message: 'Hi' }),
      'refused-task': () => {
        twenty.faults.refuse((object) => (object === 'task' ? 'no' : undefined));
        return submit({ name: 'Q', email: 'q@acme.example', message: 'Hi' });
      },
      'retried-mail': () => {
        twenty.faults.clear();
        mail.faults.next('error');
        return submit({ name: 'R', email: 'r@acme.example', message: 'Hi' });
      },
    };
    await recordHistories('web-forms', stack, scenarios);
  });
});
