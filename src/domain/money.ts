/** Amounts of money as Twenty has them: whole millionths of a unit, exact, never a fraction of a binary number. */

const MICROS = 1_000_000n;

/** `amountMicros` as Twenty answers it, a whole number or a text of one; undefined of anything else. */
export function microsOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^-?\d{1,30}$/.test(value.trim()) ? BigInt(value.trim()) : undefined;
}

/** The amount in units of `10^-decimals`; undefined when it is not a whole number of them. Never rounds: an invoice is right or is not made. */
export function minorUnits(micros: bigint, decimals: number): bigint | undefined {
  const scaled = micros * 10n ** BigInt(decimals);
  return scaled % MICROS === 0n ? scaled / MICROS : undefined;
}

/** The amount in millionths, from units of `10^-decimals`. */
export function fromMinorUnits(units: bigint, decimals: number): bigint {
  return (units * MICROS) / 10n ** BigInt(decimals);
}

/** `1234.50`, with as many decimals as asked for, and more where the amount has more. */
export function decimalText(micros: bigint, decimals: number): string {
  const sign = micros < 0n ? '-' : '';
  const digits = (micros < 0n ? -micros : micros).toString().padStart(7, '0');
  const fraction = digits.slice(-6);
  const kept = Math.max(decimals, fraction.replace(/0+$/, '').length);
  return `${sign}${digits.slice(0, -6)}${kept === 0 ? '' : `.${fraction.slice(0, kept)}`}`;
}

/** `EUR 1,234.50`, as people read it. */
export function moneyWords(micros: bigint, currency: string): string {
  const [units = '', fraction] = decimalText(micros, isoDecimals(currency)).split('.');
  return `${currency.toUpperCase()} ${units.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** How many decimals a currency has by ISO 4217; two when it is not one of the few others. */
export function isoDecimals(currency: string): number {
  const code = currency.toUpperCase();
  return NONE.has(code) ? 0 : THREE.has(code) ? 3 : FOUR.has(code) ? 4 : 2;
}

const NONE = new Set(['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']);
const THREE = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
const FOUR = new Set(['CLF', 'UYW']);
