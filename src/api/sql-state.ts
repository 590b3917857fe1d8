/** PostgreSQL's five-character SQLSTATE, which `pg` puts on its errors as `code`. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** The row itself is bad: data exceptions (22), broken constraints (23), values over a limit of the database (54). */
export function isBadRow(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '');
}

/** Worth one more try: deadlocks and serialization failures (40). */
export function isTransient(error: unknown): boolean {
  return sqlState(error)?.startsWith('40') ?? false;
}
