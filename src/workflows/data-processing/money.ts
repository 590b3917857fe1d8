const MICROS = 1_000_000n;

/**
 * A number as people write it: `1,234.50`, `1'234.50`, `1 234,50 €`, `-3`. Signs for thousands must stand in groups of three, so that `1,50` is
 * no number where the decimal sign is a point. Undefined when it is none, or not surely one.
 */
export function readNumber(value: unknown, decimal: '.' | ','): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && !/e/i.test(String(value)) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const bare = value.normalize('NFKC').replace(/^\s*(?:\p{Sc}|[A-Z]{3}\b)\s*|\s*(?:\p{Sc}|\b[A-Z]{3})\s*$/gu, '').replace(/\u2212/g, '-').trim();
  const thousands = decimal === '.' ? ',' : '.';
  const pattern = new RegExp(`^([+-]?)(\\d+|\\d{1,3}(?:([${thousands}'’\\s])\\d{3})(?:\\3\\d{3})*)(?:[${decimal}](\\d+))?$`, 'u');
  const [, sign, whole, , fraction] = pattern.exec(bare) ?? [];
  if (whole === undefined) return undefined;
  return `${sign === '-' ? '-' : ''}${whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '')}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** An amount in millionths, as Twenty keeps money; beyond six places it is rounded half away from zero. Undefined above what a number holds exactly. */
export function microsOf(number: string): number | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(number) ?? [];
  if (whole === undefined) return undefined;
  const kept = BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  const up = (fraction[6] ?? '0') >= '5' ? 1n : 0n;
  const micros = BigInt(whole) * MICROS + kept + up;
  if (micros > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return Number(sign === '-' ? -micros : micros);
}
