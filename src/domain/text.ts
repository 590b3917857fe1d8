/** A text as Postgres takes it: no NUL, no lone surrogates. */
export function normalised(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
