import { TwentyRefusal } from './errors.ts';

/** How many calls beyond the first a refused batch may cost in all. */
export const MAX_EXTRA_CALLS = 20;

/** What is left of the extra calls. */
export interface ExtraCalls {
  /** Takes one; false when none is left. */
  take(): boolean;
}

export function extraCalls(most: number = MAX_EXTRA_CALLS): ExtraCalls {
  let left = most;
  return { take: () => left > 0 && (left -= 1) >= 0 };
}

/** How a batch is sent and how its parts end. */
export interface Plan<Row, Result> {
  /** One call, all or nothing; the results in the order of the rows. Throws `TwentyRefusal` when Twenty refuses the batch. */
  send(rows: readonly Row[]): Promise<readonly Result[]>;
  /** The rows a refusal can be pinned to, with their end. It may spend extra calls on finding out; empty when nothing is known. */
  blame(rows: readonly Row[], refusal: TwentyRefusal, extra: ExtraCalls): Promise<ReadonlyMap<Row, Result>>;
  /** The end of a row that Twenty refused when sent alone. */
  refused(row: Row, refusal: TwentyRefusal): Result;
  /** The end of a row that is still open when the extra calls are spent. */
  held(row: Row): Result;
}

/**
 * Sends rows as one batch and, when Twenty refuses it, takes out the rows it names and sends the rest again; when it names
 * none, halves. The first call is free, all others are extra. Every row gets an end. Faults other than refusals are thrown;
 * what was written by then is recognised when the same rows are sent again.
 */
export async function sendApart<Row, Result>(
  rows: readonly Row[], plan: Plan<Row, Result>, extra: ExtraCalls,
): Promise<ReadonlyMap<Row, Result>> {
  const ends = new Map<Row, Result>();
  const untested: Row[][] = [];
  const refused: { readonly rows: readonly Row[]; readonly refusal: TwentyRefusal }[] = [];

  /** True when all rows were written. */
  const attempt = async (some: readonly Row[]): Promise<boolean> => {
    try {
      const results = await plan.send(some);
      some.forEach((row, index) => ends.set(row, results[index] as Result));
      return true;
    } catch (error) {
      if (!(error instanceof TwentyRefusal)) throw error;
      const blamed = await plan.blame(some, error, extra);
      blamed.forEach((end, row) => ends.set(row, end));
      const rest = some.filter((row) => !blamed.has(row));
      const [only] = rest;
      if (blamed.size > 0) {
        if (rest.length > 0) untested.push(rest);
      } else if (rest.length === 1 && only !== undefined) {
        ends.set(only, plan.refused(only, error));
      } else {
        refused.push({ rows: rest, refusal: error });
      }
      return false;
    }
  };

  if (rows.length > 0) await attempt(rows);
  while (untested.length + refused.length > 0) {
    if (!extra.take()) break;
    const next = takeLargest(untested);
    if (next !== undefined) {
      await attempt(next);
      continue;
    }
    const bad = takeLargestRefused(refused);
    const middle = Math.ceil(bad.rows.length / 2);
    const second = bad.rows.slice(middle);
    // When the first half is good, the fault is in the second: no call is spent on hearing that again.
    if (await attempt(bad.rows.slice(0, middle))) keepRefused(second, bad.refusal);
    else untested.push([...second]);
  }
  for (const row of [...untested.flat(), ...refused.flatMap((piece) => piece.rows)]) ends.set(row, plan.held(row));
  return ends;

  function keepRefused(some: readonly Row[], refusal: TwentyRefusal): void {
    // A single row is still sent once more by itself before it is called refused.
    if (some.length === 1) untested.push([...some]);
    else refused.push({ rows: some, refusal });
  }
}

function takeLargest<Row>(pieces: Row[][]): Row[] | undefined {
  pieces.sort((one, other) => one.length - other.length);
  return pieces.pop();
}

function takeLargestRefused<Piece extends { readonly rows: readonly unknown[] }>(pieces: Piece[]): Piece {
  pieces.sort((one, other) => one.rows.length - other.rows.length);
  return pieces.pop() as Piece;
}
