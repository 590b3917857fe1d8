/** A text as a LIKE pattern that matches only itself: `%`, `_` and the escape character lose their meaning. */
export function likeExactly(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** A LIKE pattern for texts that contain `text`. */
export function likeContaining(text: string): string {
  return `%${likeExactly(text)}%`;
}

/**
 * A LIKE pattern for a JSON list, read as text, that holds `member` as one of its strings. The quotes keep `ann@example.com`
 * from being found inside `joann@example.com`.
 */
export function likeListMember(member: string): string {
  return likeContaining(JSON.stringify(member));
}

/** Names are equal when they differ only in case, outer blanks or the way accents are composed. */
export function sameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other);
}

/** The form in which names are compared. */
export function foldName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
