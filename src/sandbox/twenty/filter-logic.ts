import type { ValueTest } from './filter-operators.ts';
import { mergedSearches } from './many-searches.ts';
import type { StoredRecord } from './record.ts';

/** A part of a compiled filter, with SQL's three values. */
export interface FilterNode {
  readonly run: (record: StoredRecord) => boolean | null;
  readonly candidates: () => Iterable<string> | undefined;
  /** Set for a test of one value, so that an `or` over many reads the value once. */
  readonly leaf?: { readonly path: string; readonly read: (record: StoredRecord) => unknown; readonly test: ValueTest };
}

export const everything: FilterNode = { run: () => true, candidates: () => undefined };

export function all(nodes: readonly FilterNode[]): FilterNode {
  const [only] = nodes;
  if (only === undefined) return everything;
  if (nodes.length === 1) return only;
  return {
    run: (record) => {
      let result: boolean | null = true;
      for (const node of nodes) {
        const value = node.run(record);
        if (value === false) return false;
        if (value === null) result = null;
      }
      return result;
    },
    candidates: () => nodes.map((node) => node.candidates()).find((ids) => ids !== undefined),
  };
}

export function any(nodes: readonly FilterNode[]): FilterNode {
  const [only] = nodes;
  if (only === undefined) return everything;
  if (nodes.length === 1) return only;
  const grouped = groupedByValue(nodes);
  return {
    run: (record) => {
      let result: boolean | null = false;
      for (const run of grouped) {
        const value = run(record);
        if (value === true) return true;
        if (value === null) result = null;
      }
      return result;
    },
    candidates: () => {
      const lists = nodes.map((node) => node.candidates());
      return lists.includes(undefined) ? undefined : lists.flatMap((ids) => [...(ids ?? [])]);
    },
  };
}

/** Hundreds of tests of one value read it once; hundreds of `like %…%` become one search. */
function groupedByValue(nodes: readonly FilterNode[]): ((record: StoredRecord) => boolean | null)[] {
  const groups = new Map<string, { read: (record: StoredRecord) => unknown; tests: ValueTest[] }>();
  const runs: ((record: StoredRecord) => boolean | null)[] = [];
  for (const { run, leaf } of nodes) {
    const group = leaf === undefined ? undefined : groups.get(leaf.path);
    if (leaf === undefined) runs.push(run);
    else if (group === undefined) groups.set(leaf.path, { read: leaf.read, tests: [leaf.test] });
    else group.tests.push(leaf.test);
  }
  for (const { read, tests } of groups.values()) {
    const test = anyOf(mergedSearches(tests));
    const onEmpty = test(null);
    runs.push((record) => {
      const value = read(record);
      return value === null || value === undefined ? onEmpty : test(value);
    });
  }
  return runs;
}

function anyOf(tests: readonly ValueTest[]): ValueTest {
  return (value) => {
    let result: boolean | null = false;
    for (const test of tests) {
      const answer = test(value);
      if (answer === true) return true;
      if (answer === null) result = null;
    }
    return result;
  };
}

export function negated(node: FilterNode): FilterNode {
  return {
    run: (record) => {
      const value = node.run(record);
      return value === null ? null : !value;
    },
    candidates: () => undefined,
  };
}
