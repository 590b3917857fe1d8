const CANDIDATES = [',', ';', '\t', '|'] as const;
const LOOKED_AT = 30;

/** The delimiter of a CSV text by its beginning: the one that cuts the first lines into the same number of cells, more than one. A comma when none does. */
export function delimiterOf(sample: string): string {
  const scores = CANDIDATES.map((delimiter) => ({ delimiter, score: scoreOf(sample, delimiter) }));
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).score <= 0 ? ',' : scores.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

/** How many cells the header has, weighed by how many lines agree with it. */
function scoreOf(sample: string, delimiter: string): number {
  const counts = cellCounts(sample, delimiter);
  const [header] = counts;
  if (header === undefined || header < 2) return 0;
  const agreeing = counts.filter((count) => count === header).length / counts.length;
  return agreeing * agreeing * header;
}

/** Cells of each line, quotes respected; a last line that may be cut is left out. */
function cellCounts(sample: string, delimiter: string): readonly number[] {
  const counts: number[] = [];
  let cells = 1;
  let quoted = false;
  let empty = true;
  for (const char of sample) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === delimiter) cells += 1;
    else if (!quoted && (char === '\n' || char === '\r')) {
      if (!empty) counts.push(cells);
      if (counts.length === LOOKED_AT) return counts;
      cells = 1;
      empty = true;
      continue;
    }
    empty = false;
  }
  if (counts.length === 0 && !empty) counts.push(cells);
  return counts;
}
