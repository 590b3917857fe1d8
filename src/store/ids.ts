import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

let lastMs = 0;
let seq = 0;

/** New ids (UUID v7) that sort in the order they are made in by this process; all of them from one draw of randomness. */
export function newIds(count: number): readonly string[] {
  const random = randomFillSync(new Uint8Array(16 * count));
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    seq = 0;
  }
  return Array.from({ length: count }, (_, index) => uuidv7({ msecs: lastMs, seq: seq++, random: random.subarray(16 * index) }));
}
