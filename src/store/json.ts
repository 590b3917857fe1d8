/**
 * A value as text for a jsonb column. Postgres takes neither NUL nor lone surrogates in it, and one such text would fail the
 * statement for every row beside it.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? inner.replaceAll('\0', '').toWellFormed() : inner));
}
