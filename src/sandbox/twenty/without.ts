/** A copy without the named properties. */
export function without<T extends object, K extends string>(source: T, ...names: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(source).filter(([name]) => !(names as readonly string[]).includes(name))) as Omit<T, K>;
}
