const DAY_MS = 86_400_000;

/** “today”, “3 days ago”, “2 months ago”: coarse on purpose, so that a score that stands still is not written every night. */
export function agoWords(atMs: number, nowMs: number): string {
  const days = Math.floor((nowMs - atMs) / DAY_MS);
  if (days < 0) return 'in the days to come';
  if (days === 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days < 14) return `${String(days)} days ago`;
  if (days < 60) return `${String(Math.floor(days / 7))} weeks ago`;
  if (days < 730) return `${String(Math.floor(days / 30))} months ago`;
  return `${String(Math.floor(days / 365))} years ago`;
}

/** “once”, “twice”, “4 times”. */
export function timesWords(times: number): string {
  return times === 1 ? 'once' : times === 2 ? 'twice' : `${String(times)} times`;
}

/** “phone, job title and company”. */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

/** “+20 C-level: CEO”. */
export function pointsWords(points: number, text: string): string {
  return `${points > 0 ? '+' : ''}${String(points)} ${text}`;
}

/** A value out of a record, on one line and not endless. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length <= 80 ? line : `${line.slice(0, 79).toWellFormed().trimEnd()}…`;
}

/** `jobTitle` as a person says it: “job title”. */
export function fieldWords(field: string): string {
  return FIELD_WORDS[field] ?? field.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
}

const FIELD_WORDS: Readonly<Record<string, string>> = { phones: 'phone', emails: 'e-mail address', linkedinLink: 'LinkedIn' };
