/** A decimal number without loss: `units` × 10^-`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** Doubles end near 10^308 and begin near 10^-324, which is less than so many digits; nobody writes more. */
const MAX_EXPONENT = 400;
const MAX_DIGITS = 1_000;

/** Reads `12`, `-0.5`, `.5`, `1.2e3`; undefined for anything else, separators of thousands included. */
export function decimalOf(text: string): Decimal | undefined {
  const [, sign, whole, fraction = '', bare, exponent = '0'] = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,4}))?$/i.exec(text.trim()) ?? [];
  if (sign === undefined) return undefined;
  const behind = bare ?? fraction;
  const shift = Number(exponent) - behind.length;
  if (Math.abs(Number(exponent)) > MAX_EXPONENT || behind.length + (whole ?? '').length > MAX_DIGITS) return undefined;
  const digits = BigInt(`${whole ?? ''}${behind}`) * (sign === '-' ? -1n : 1n);
  return shift >= 0 ? { units: digits * 10n ** BigInt(shift), scale: 0 } : trimmed({ units: digits, scale: -shift });
}

/** The shortest text of a decimal; equal numbers have equal texts. */
export function decimalText(decimal: Decimal): string {
  const { units, scale } = trimmed(decimal);
  if (scale === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function sumOf(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return trimmed({ units: at(a, scale) + at(b, scale), scale });
}

/** Negative when `a` is the smaller one. */
export function compared(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [at(a, scale), at(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The whole number of 10^-`scale` nearest to a decimal; a half goes away from zero. */
export function unitsAt(decimal: Decimal, scale: number): bigint {
  if (decimal.scale <= scale) return at(decimal, scale);
  const cut = 10n ** BigInt(decimal.scale - scale);
  const size = decimal.units < 0n ? -decimal.units : decimal.units;
  const rounded = (size + cut / 2n) / cut;
  return decimal.units < 0n ? -rounded : rounded;
}

function at({ units, scale }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}

function trimmed({ units, scale }: Decimal): Decimal {
  let [left, behind] = [units, scale];
  while (behind > 0 && left % 10n === 0n) [left, behind] = [left / 10n, behind - 1];
  return { units: left, scale: behind };
}
