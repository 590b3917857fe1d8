import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INVOICE_STATUSES } from '../../domain/invoice-status.ts';
import { isNews, optionOf, statusAfter } from './rules.ts';

const status = fc.constantFrom(...INVOICE_STATUSES);
const after = (all: readonly (typeof INVOICE_STATUSES)[number][]) => all.reduce<(typeof INVOICE_STATUSES)[number] | undefined>(statusAfter, undefined);

test('the order of news does not matter, and twice equals once', () => {
  fc.assert(fc.property(fc.array(status, { minLength: 1 }).chain((news) => fc.tuple(fc.constant(news), fc.shuffledSubarray(news, { minLength: news.length }))), ([news, other]) =>
    after(news) === after(other) && after([...news, ...news]) === after(news)));
});
test('an invoice is never set back', () => {
  fc.assert(fc.property(status, status, (known, news) => INVOICE_STATUSES.indexOf(statusAfter(known, news)) >= INVOICE_STATUSES.indexOf(known)));
  expect(statusAfter('paid', 'failed')).toBe('paid');
  expect(statusAfter('uncollectible', 'paid')).toBe('paid');
});
test('every status has a value in Twenty', () => {
  expect(INVOICE_STATUSES.map(optionOf)).toEqual(['DRAFT', 'OPEN', 'PAYMENT_FAILED', 'UNCOLLECTIBLE', 'VOID', 'PAID']);
});
test('an owner is told again only of what is newly lacking', () => {
  expect([isNews([], ['email']), isNews(['email', 'amount'], ['email']), isNews(['email'], ['email', 'amount']), isNews(['email'], [])]).toEqual([true, false, true, false]);
});
