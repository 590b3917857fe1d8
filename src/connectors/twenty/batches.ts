import { bytesOf } from './local-check.ts';

/** Twenty refuses a request above 10 MB. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** Cuts rows into batches of at most `size` rows and of a size that fits one request. */
export function batchesOf<Row>(rows: readonly Row[], size: number): readonly (readonly Row[])[] {
  const batches: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const own = bytesOf(row);
    const current = batches.at(-1);
    if (current === undefined || current.length >= size || bytes + own > MAX_BATCH_BYTES) {
      batches.push([row]);
      bytes = own;
    } else {
      current.push(row);
      bytes += own;
    }
  }
  return batches;
}
