export interface PersonName {
  readonly firstName: string;
  readonly lastName: string;
}

/** One name or two fields, as typed. */
export interface NameText {
  readonly full?: string;
  readonly first?: string;
  readonly last?: string;
}

/**
 * First and last name, tidied: blanks, titles and shouting go; mixed case (`McDonald`, `van der Berg`, `deVries`) is left as typed.
 * One field is split before the first particle (`Ann van der Berg`), at a comma (`Berg, Ann`), else before the last word.
 */
export function normaliseName(text: NameText): PersonName {
  const first = tidyWords(text.first ?? '');
  const last = tidyWords(text.last ?? '');
  const full = tidyWords(text.full ?? '');
  if (full === '' || (first !== '' && last !== '')) return recased({ firstName: withoutTitles(first), lastName: last });
  const split = splitName(withoutTitles(full));
  return recased({ firstName: first === '' ? split.firstName : withoutTitles(first), lastName: last === '' ? split.lastName : last });
}

const TITLES = /^(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|herr|frau|hr|fr|sir|dame|dipl|ing|mag|ddr)\.?(?:-ing\.?)?\s+)+(?=\S)/iu;
const PARTICLES = new Set('van von der den de del della di da do dos das du la le ter ten te zu zur zum af av bin ibn al el st. st'.split(' '));

function splitName(full: string): PersonName {
  const comma = /^([^,]+),\s*([^,]+)$/.exec(full);
  if (comma) return { firstName: withoutTitles(comma[2]!.trim()), lastName: comma[1]!.trim() };
  const words = full.split(' ');
  if (words.length === 1) return { firstName: full, lastName: '' };
  const particle = words.findIndex((word, i) => i > 0 && i < words.length - 1 && PARTICLES.has(word.toLowerCase()));
  const at = particle === -1 ? words.length - 1 : particle;
  return { firstName: words.slice(0, at).join(' '), lastName: words.slice(at).join(' ') };
}

function tidyWords(text: string): string {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/\s+/gu, ' ').trim();
}

function withoutTitles(name: string): string {
  return name.replace(TITLES, '');
}

/** Only a name all in one case says nothing by its case: `ANN BERG` and `ann berg` become `Ann Berg`; `JJ` and `Ann` stay. */
function recased(name: PersonName): PersonName {
  const letters = `${name.firstName}${name.lastName}`.replace(/[^\p{L}]/gu, '');
  const shouted = letters.length > 2 && letters === letters.toUpperCase() && letters !== letters.toLowerCase();
  const whispered = letters === letters.toLowerCase() && letters !== letters.toUpperCase();
  if (!shouted && !whispered) return name;
  return { firstName: recase(name.firstName), lastName: recase(name.lastName) };
}

function recase(words: string): string {
  return words
    .split(' ')
    .map((word, i, all) => (PARTICLES.has(word.toLowerCase()) && i < all.length - 1 ? word.toLowerCase() : capitalise(word)))
    .join(' ');
}

function capitalise(word: string): string {
  return word.toLowerCase().replace(/(^|[-'’.])(\p{L})/gu, (_, before: string, letter: string) => before + capital(letter));
}

/** A letter whose capital is two letters (`ß`) stays as it is. */
function capital(letter: string): string {
  const upper = letter.toUpperCase();
  return upper.length === letter.length ? upper : letter;
}
