/** SQL's three values: null is "unknown", what a comparison with an empty value gives. */
export type Truth = boolean | null;

export function both(values: readonly Truth[]): Truth {
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}

export function either(values: readonly Truth[]): Truth {
  if (values.includes(true)) return true;
  return values.includes(null) ? null : false;
}

export function no(value: Truth): Truth {
  return value === null ? null : !value;
}

/** A comparison of a value that may be empty. */
export function known<T>(value: unknown, test: (value: T) => boolean): Truth {
  return isNothing(value) ? null : test(value as T);
}

export function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}
