import type { Bench } from './bench.ts';
import { median } from './figures.ts';
import type { Lines } from './lines.ts';
import type { Figure } from './report.ts';
import { plainStorm, sluiceStorm } from './storms.ts';

const ROUNDS = 3;
const SLUICE = 1_500;
const PLAIN = 120;

/** Submissions completed a second, each storm from its first request to its last outcome, in turn. */
export async function throughput(bench: Bench, lines: Lines): Promise<readonly Figure[]> {
  await plainStorm(bench, lines, 'plainwarmup', 30);
  await sluiceStorm(bench, lines, 'warmup', 400);
  const pairs: { readonly sluice: number; readonly plain: number }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const plain = await plainStorm(bench, lines, `plainstorm${String(round)}`, PLAIN);
    const sluice = await sluiceStorm(bench, lines, `storm${String(round)}`, SLUICE);
    pairs.push({ sluice: sluice.perSecond, plain: plain.perSecond });
    bench.say(`throughput, round ${String(round)} of ${String(ROUNDS)}: ${sluice.perSecond.toFixed(0)}/s in ${String(sluice.runs.length)} runs, ${plain.perSecond.toFixed(1)}/s by the plain worker`);
  }
  return [{
    name: 'submissions completed, against a plain worker', unit: '/s',
    sluice: median(pairs.map(({ sluice }) => sluice)),
    peer: median(pairs.map(({ plain }) => plain)),
    ratio: median(pairs.map(({ sluice, plain }) => sluice / plain)),
    bound: { atLeast: 10 },
    note: `median of ${String(ROUNDS)} pairs of storms, ${String(SLUICE)} and ${String(PLAIN)} submissions`,
  }];
}
