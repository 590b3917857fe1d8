import { token_sort_ratio } from 'fuzzball';

/** Forms of companies that say nothing about which company it is; two that differ say that it may be another. */
const LEGAL = new Set('gmbh mbh ag kg ohg ug gbr se sa sas sarl srl spa bv nv ab as oy aps inc incorporated ltd limited llc llp plc corp corporation co company kk pty'.split(' '));

/**
 * How alike two names are, 0 to 100: case, accents, punctuation and the order of words do not count, nor does the legal form of a company, except
 * that two different ones cost ten. Symmetric; 100 for the same name.
 */
export function likeness(kind: 'person' | 'company', one: string, other: string): number {
  const [a, b] = [partsOf(kind, one), partsOf(kind, other)];
  if (a.words === '' || b.words === '') return 0;
  const score = a.words === b.words ? 100 : token_sort_ratio(a.words, b.words, { full_process: false });
  const penalty = a.legal !== '' && b.legal !== '' && a.legal !== b.legal ? 10 : 0;
  return Math.max(0, score - penalty);
}

/** What likely doubles share: the first three letters of every word of a name, at most four of them. */
export function blocksOf(kind: 'person' | 'company', name: string): readonly string[] {
  const { words } = partsOf(kind, name);
  return [...new Set(words.split(' ').filter((word) => word.length >= 2).map((word) => word.slice(0, 3)))].sort().slice(0, 4);
}

function partsOf(kind: 'person' | 'company', name: string): { readonly words: string; readonly legal: string } {
  const words = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/ß/g, 'ss').replace(/&/g, ' and ').replace(/[.'’]/g, '').split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const telling = kind === 'company' ? words.filter((word, i) => i === 0 || !LEGAL.has(word)) : words;
  const legal = kind === 'company' ? words.filter((word, i) => i > 0 && LEGAL.has(word)) : [];
  return { words: telling.sort().join(' '), legal: legal.sort().join(' ') };
}
