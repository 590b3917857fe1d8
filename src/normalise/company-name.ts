/** A company's name as shown: one line, single blanks, no quotes around the whole. The spelling itself stays. */
export function normaliseCompanyName(text: string): string {
  const line = text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/\s+/gu, ' ').trim();
  const quoted = /^["“„«'](.*)["”“»']$/u.exec(line)?.[1]?.trim();
  const name = quoted === undefined || /["“”„«»]/u.test(quoted) ? line : quoted;
  return SAYS_NOTHING.test(name) ? '' : name;
}

const SAYS_NOTHING = /^(?:[-–—./]*|n\s*\/?\s*a\.?|none|no|keine?|nil|null|undefined|private?|privat)$/iu;
