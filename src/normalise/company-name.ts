/** A company's name as shown: one line, single blanks, no quotes around the whole. The spelling itself stays. */
export function normaliseCompanyName(text: string): string {
  const line = text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/\s+/gu, ' ').trim();
  const name = unquoted(line);
  return SAYS_NOTHING.test(name) ? '' : name;
}

function unquoted(line: string): string {
  const inner = /^["“„«'](.*)["”“»']$/u.exec(line)?.[1]?.trim();
  return inner === undefined || /["“”„«»]/u.test(inner) ? line : unquoted(inner);
}

const SAYS_NOTHING = /^(?:[-–—./]*|n\s*\/?\s*a\.?|none|no|keine?|nil|null|undefined|private?|privat)$/iu;
