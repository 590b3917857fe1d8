import { fromMinorUnits, minorUnits } from '../../domain/money.ts';

/**
 * Stripe's own table of minor units, which is not ISO 4217 (docs.stripe.com/currencies, “Zero-decimal currencies”, “Special cases” and
 * “Three-decimal currencies”): ISK and UGX are written with two decimals that must be zero, MGA without any, and the last of three
 * decimals must be zero.
 */
export type StripeAmount = { readonly ok: true; readonly amount: number } | { readonly ok: false; readonly problem: string };

/** The amount as Stripe takes it. Exact or a problem in words; nothing is rounded. */
export function stripeAmount(amountMicros: bigint, currency: string): StripeAmount {
  const code = currency.toUpperCase();
  const { decimals, step } = formOf(code);
  const units = minorUnits(amountMicros, decimals);
  if (units === undefined || units % step !== 0n) return { ok: false, problem: `${code} can be billed ${STEP_WORDS[String(step)] ?? (decimals === 0 ? 'in whole units only' : `with ${String(decimals)} decimals at most`)}` };
  if (units > BigInt(MOST) || units < -BigInt(MOST)) return { ok: false, problem: 'it has more digits than Stripe takes' };
  return { ok: true, amount: Number(units) };
}

/** What an amount in Stripe's units is in millionths. */
export function microsOfStripe(amount: number, currency: string): bigint {
  return fromMinorUnits(BigInt(amount), formOf(currency.toUpperCase()).decimals);
}

function formOf(code: string): { readonly decimals: number; readonly step: bigint } {
  if (ZERO_DECIMAL.has(code)) return { decimals: 0, step: 1n };
  if (TWO_ZEROS.has(code)) return { decimals: 2, step: 100n };
  if (THREE_DECIMAL.has(code)) return { decimals: 3, step: 10n };
  return { decimals: 2, step: 1n };
}

const ZERO_DECIMAL = new Set(['BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']);
const TWO_ZEROS = new Set(['ISK', 'UGX']);
const THREE_DECIMAL = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);
/** Twelve digits are the most that Stripe takes in any currency. */
const MOST = 999_999_999_999;
const STEP_WORDS: Readonly<Record<string, string>> = { '100': 'in whole units only', '10': 'in steps of 0.01' };
