/** Who goes next when several integrations have something due. */
export interface Shares {
  /** Urgent before bulk; within each, first whoever is furthest behind its share. */
  order<R extends { readonly integration: string; readonly urgent: boolean }>(ready: readonly R[]): readonly R[];
  /** Notes a claim of so many deliveries. */
  claimed(integration: string, urgent: boolean, size: number): void;
}

/**
 * Shares claimed deliveries by weight (1 unless given) among integrations that always have something due. Each one's clock runs
 * on by size over weight with every claim; the clock that shows least goes first. Whoever had nothing due, or could not be
 * claimed, starts from the clock of the latest claim: time missed is not made up for at the cost of others. A dispatcher keeps
 * the clocks by itself: where each of several is fair, all of them are.
 */
export function createShares(weights: ReadonlyMap<string, number>): Shares {
  const urgentClocks = createClocks(weights);
  const bulkClocks = createClocks(weights);
  return {
    order(ready) {
      const place = ({ integration, urgent }: (typeof ready)[number]): number => (urgent ? urgentClocks : bulkClocks).at(integration);
      return ready.toSorted((a, b) => Number(b.urgent) - Number(a.urgent) || place(a) - place(b));
    },
    claimed(integration, urgent, size) {
      (urgent ? urgentClocks : bulkClocks).advance(integration, size);
    },
  };
}

function createClocks(weights: ReadonlyMap<string, number>): { at(name: string): number; advance(name: string, size: number): void } {
  const clocks = new Map<string, number>();
  let latest = 0;
  const at = (name: string): number => Math.max(latest, clocks.get(name) ?? 0);
  return {
    at,
    advance(name, size) {
      latest = at(name);
      clocks.set(name, latest + size / (weights.get(name) ?? 1));
    },
  };
}
