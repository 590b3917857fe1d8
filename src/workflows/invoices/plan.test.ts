import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deal } from './contract.ts';
import { isoAmountProblem, lackWords, planInvoice, type Planned } from './plan.ts';
import { type InvoicesInput, InvoicesSettings } from './settings.ts';

const contact = { id: 'p1', name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'Ann@Acme.example' } };
const company = { id: 'c1', name: 'Acme', address: { addressStreet1: 'Main 1', addressCity: ' Berlin ', addressCountry: 'Germany', addressState: '' } };
const opportunity = { id: 'o1', name: 'Forty seats', amount: { amountMicros: 1_200_500_000, currencyCode: 'EUR' } };
const plan = (deal: Partial<Deal>, settings: InvoicesInput = {}): Planned => planInvoice({ opportunity, company, contact, ...deal }, InvoicesSettings.parse(settings), isoAmountProblem);
const lacking = (planned: Planned): string => (planned.kind === 'lacking' ? lackWords(planned.lacks) : planned.kind);

describe('a plan', () => {
  test('bills the company for the deal’s amount, to its contact', () => {
    expect(plan({}, { memo: 'For {deal}, {company}', footer: 'Thank you' })).toEqual({
      kind: 'plan',
      plan: {
        party: 'company:c1', name: 'Acme', email: 'ann@acme.example', address: { street1: 'Main 1', city: 'Berlin', country: 'Germany' }, currency: 'EUR',
        lines: [{ description: 'Forty seats', amountMicros: '1200500000' }], totalMicros: '1200500000', daysUntilDue: 30, memo: 'For Forty seats, Acme', footer: 'Thank you',
      },
    });
  });
  test('bills the contact where there is no company, and the company’s own billing address where there is one', () => {
    expect(planInvoice({ opportunity, contact }, InvoicesSettings.parse({}), isoAmountProblem)).toMatchObject({ kind: 'plan', plan: { party: 'person:p1', name: 'Ann Lee' } });
    expect(plan({ company: { ...company, billingEmail: 'bills@acme.example' } }, { billingEmail: 'billingEmail' })).toMatchObject({ plan: { email: 'bills@acme.example' } });
    expect(plan({ company: { ...company, billingEmails: { primaryEmail: 'bills@acme.example' } } }, { billingEmail: 'billingEmails' })).toMatchObject({ plan: { email: 'bills@acme.example' } });
  });
  test('says all that is missing at once, in words for the owner', () => {
    const bare = { opportunity: { id: 'o1', name: '', amount: { amountMicros: null, currencyCode: '' } } };
    expect(lacking(planInvoice(bare, InvoicesSettings.parse({}), isoAmountProblem))).toBe('a company or a point of contact, a point of contact with an e-mail address, an amount and a currency');
    expect(lacking(planInvoice({ opportunity: { ...opportunity, companyId: 'c1' }, contact }, InvoicesSettings.parse({}), isoAmountProblem))).toBe('its company, which is in the trash');
    expect(lacking(plan({ contact: { ...contact, emails: { primaryEmail: '' } } }))).toBe('an e-mail address of Ann Lee');
    expect(lacking(plan({ opportunity: { ...opportunity, amount: { amountMicros: 0, currencyCode: 'EUR' } } }))).toBe('an amount');
    expect(lacking(plan({ opportunity: { ...opportunity, amount: { amountMicros: -5_000_000, currencyCode: 'EUR' } } }))).toBe('an amount above zero instead of EUR -5.00');
    expect(lacking(plan({ opportunity: { ...opportunity, amount: { amountMicros: 10_500_000, currencyCode: 'JPY' } } }))).toBe('an amount that can be billed: JPY has no decimals');
    expect(lacking(plan({ opportunity: { ...opportunity, amount: { amountMicros: '7000000', currencyCode: '' } } }, { currency: 'USD' }))).toBe('plan');
  });
  test('takes its lines from a function, and what that gets wrong is told', () => {
    const lines = (made: unknown) => plan({}, { lines: () => made as never });
    expect(lines([{ description: ' Licence\n', amountMicros: 9_000_000 }, { description: 'Nothing', amountMicros: 0 }, { description: 'Less', amountMicros: '-1000000' }])).toMatchObject({
      plan: { lines: [{ description: 'Licence', amountMicros: '9000000' }, { description: 'Less', amountMicros: '-1000000' }], totalMicros: '8000000' },
    });
    expect(lines([{ description: '', amountMicros: 1 }])).toEqual({ kind: 'failed', problem: 'a description is empty' });
    expect(lines([{ description: 'x', amountMicros: 1.5 }])).toEqual({ kind: 'failed', problem: 'amountMicros is not a whole number' });
    expect(lines('x')).toEqual({ kind: 'failed', problem: 'it returned no list of lines' });
    expect(plan({}, { lines: () => { throw new Error('no price list'); } })).toEqual({ kind: 'failed', problem: 'no price list' });
  });
  test('comes to the sum of its lines, whatever they are, and is the same each time', () => {
    fc.assert(fc.property(fc.array(fc.record({ description: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''), amountMicros: fc.integer({ min: -10_000, max: 1_000_000 }).map((cents) => cents * 10_000) }), { maxLength: 8 }), (made) => {
      const [once, twice] = [plan({}, { lines: () => made }), plan({}, { lines: () => made })];
      expect(twice).toEqual(once);
      const sum = made.reduce((total, { amountMicros }) => total + BigInt(amountMicros), 0n);
      return once.kind === 'plan' ? BigInt(once.plan.totalMicros) === sum && sum > 0n && once.plan.lines.reduce((total, { amountMicros }) => total + BigInt(amountMicros), 0n) === sum : sum <= 0n;
    }));
  });
  test('never throws, whatever stands in the records', () => {
    const junk = fc.dictionary(fc.constantFrom('name', 'amount', 'emails', 'address', 'billing'), fc.anything()).map((fields) => ({ ...fields, id: 'x' }));
    fc.assert(fc.property(junk, junk, junk, (own, firm, person) => ['plan', 'lacking', 'failed'].includes(plan({ opportunity: own, company: firm, contact: person }, { billingEmail: 'billing' }).kind)));
  });
});

test('settings that would bill wrongly are refused with what to write', () => {
  const problem = (input: InvoicesInput): string | undefined => InvoicesSettings.safeParse(input).error?.issues[0]?.message;
  expect(problem({ write: { id: 'stage' } })).toBe("“stage” is one of Twenty's own fields. Name a field of its own, for example 'invoiceId'.");
  expect(problem({ write: { id: 'invoiceNumber' } })).toBe('“invoiceNumber” is written twice. Name four different fields.');
  expect(problem({ currency: 'euro' })).toBe("Write a currency by three capital letters, for example 'EUR'.");
  expect(problem({ settle: { quietSeconds: 60, maxSeconds: 10 } })).toBe('Write at least 60, as many as quietSeconds.');
  expect(problem({ fields: { opportunity: ['invoiceStatus'] } })).toBe('“invoiceStatus” is written by this integration, so an invoice must not rest on it.');
});
