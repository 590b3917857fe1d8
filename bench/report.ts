import { printTable } from '../src/cli/print.ts';

/** One thing measured on both sides in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly sluice: number;
  /** What Sluice is compared with; the name says with what. */
  readonly peer: number;
  /** Sluice over peer. */
  readonly ratio: number;
  readonly bound?: { readonly atLeast: number } | { readonly atMost: number };
  /** How it was measured: rounds, sizes, spread. */
  readonly note: string;
}

export function isMet({ bound, ratio }: Figure): boolean {
  if (bound === undefined) return true;
  return 'atLeast' in bound ? ratio >= bound.atLeast : ratio <= bound.atMost;
}

export function printFigures(figures: readonly Figure[]): void {
  printTable(
    ['', 'Sluice', 'peer', 'ratio', 'bound', '', 'how'],
    figures.map((figure) => [figure.name, `${rounded(figure.sluice)} ${figure.unit}`, `${rounded(figure.peer)} ${figure.unit}`, rounded(figure.ratio), boundOf(figure), verdict(figure), figure.note]),
  );
}

function boundOf({ bound }: Figure): string {
  if (bound === undefined) return '';
  return 'atLeast' in bound ? `>= ${String(bound.atLeast)}` : `<= ${String(bound.atMost)}`;
}

function verdict(figure: Figure): string {
  if (figure.bound === undefined) return '';
  return isMet(figure) ? 'met' : 'MISSED';
}

/** Three digits that count. */
function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
