import type { Search, ValueTest } from './filter-operators.ts';

/** Replaces many "contains" tests that read a value in the same way by one that looks for all their texts at once. */
export function mergedSearches(tests: readonly ValueTest[]): readonly ValueTest[] {
  const groups = Map.groupBy(tests, (test) => test.search?.key);
  return [...groups].flatMap(([key, group]) => {
    const searches = group.flatMap((test) => test.search ?? []);
    const [first] = searches;
    if (key === undefined || first === undefined || searches.length < 8) return group;
    const found = containsAny(searches.map((search) => search.text));
    return [(value: unknown) => (value === null || value === undefined || value === '' ? null : found(first.textOf(value)))];
  });
}

/** Looks at every position of the text once: texts are filed under their first characters. */
function containsAny(texts: readonly Search['text'][]): (text: string) => boolean {
  const width = Math.min(8, ...texts.map((text) => text.length));
  const byStart = Map.groupBy(texts, (text) => text.slice(0, width));
  return (text) => {
    for (let at = 0; at + width <= text.length; at += 1) {
      const hits = byStart.get(text.slice(at, at + width));
      if (hits?.some((hit) => text.startsWith(hit, at)) === true) return true;
    }
    return false;
  };
}
