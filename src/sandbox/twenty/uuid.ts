/** Twenty accepts UUIDs of versions 1 to 5 only: v7, v8, nil and max are refused. */
export function isTwentyUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(value);
}
