import type { Tally } from './contract.ts';

/** How often an import is looked at while the tool works it off: soon at first, then ever later up to once a minute. */
export function nextLookMs(looks: number): number {
  return Math.min(60_000, 3_000 * 2 ** looks);
}

/** After so many looks, over two hours, an import is given up on. */
export const MOST_LOOKS = 130;

/** `4,985 of 5,000 people are on the list; 3 without an address, 12 opted out`. */
export function tallyWords({ selected, onList, ...dropped }: Tally): string {
  const parts = (Object.entries(dropped) as [keyof typeof dropped, number][]).filter(([, n]) => n > 0).map(([kind, n]) => `${count(n)} ${WORDS[kind]}`);
  const all = `${count(onList)} of ${selected === 1 ? '1 person' : `${count(selected)} people`} ${onList === 1 ? 'is' : 'are'} on the list`;
  return parts.length === 0 ? all : `${all}; ${parts.join(', ')}`;
}

export const WORDS: Readonly<Record<Exclude<keyof Tally, 'selected' | 'onList'>, string>> = {
  noAddress: 'without an address',
  invalid: 'with an invalid address',
  duplicate: 'with the address of another',
  optedOut: 'opted out',
  unsubscribed: 'unsubscribed in the tool',
  refused: 'refused by the tool',
};

export function count(n: number): string {
  return n.toLocaleString('en-US');
}
