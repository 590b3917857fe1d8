import { StripeRefusal } from './refusal.ts';

/** docs.stripe.com/currencies: what Stripe bills in (an excerpt that holds every special case), and the least it charges. */
const CURRENCIES = [
  'usd', 'aed', 'aud', 'bhd', 'bif', 'brl', 'cad', 'chf', 'clp', 'czk', 'djf', 'dkk', 'eur', 'gbp', 'gnf', 'hkd', 'huf', 'inr', 'isk', 'jod', 'jpy', 'kmf', 'krw', 'kwd',
  'mga', 'mxn', 'nok', 'nzd', 'omr', 'pln', 'pyg', 'ron', 'rwf', 'sek', 'sgd', 'thb', 'tnd', 'twd', 'ugx', 'vnd', 'vuv', 'xaf', 'xof', 'xpf', 'zar',
];
const LEAST: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, chf: 50, jpy: 50, sek: 300, nok: 300, dkk: 250, pln: 200, huf: 17_500, czk: 1_500 };
const MOST = 99_999_999;
const WHOLE_ONLY = new Set(['isk', 'ugx']);
const THREE_DECIMALS = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

export function assertCurrency(currency: string): void {
  if (currency !== currency.toLowerCase() || !CURRENCIES.includes(currency)) {
    throw new StripeRefusal(400, `Invalid currency: ${currency}. Stripe currently supports these currencies: ${CURRENCIES.join(', ')}`, { param: 'currency' });
  }
}

export function assertAmount(amount: number, currency: string): void {
  if (Math.abs(amount) > MOST) throw new StripeRefusal(400, `Amount must be no more than ${String(MOST)} in ${currency}`, { code: 'amount_too_large', param: 'amount' });
  if (WHOLE_ONLY.has(currency) && amount % 100 !== 0) throw new StripeRefusal(400, `Amounts in ${currency} must be evenly divisible by 100`, { param: 'amount' });
  if (THREE_DECIMALS.has(currency) && amount % 10 !== 0) throw new StripeRefusal(400, `Amounts in ${currency} must have 0 as their last digit`, { param: 'amount' });
}

export function assertEnough(total: number, currency: string): void {
  const least = LEAST[currency] ?? 1;
  if (total > 0 && total < least) throw new StripeRefusal(400, `Amount must be at least ${String(least)} ${currency}`, { code: 'amount_too_small' });
}
