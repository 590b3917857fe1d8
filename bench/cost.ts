import { actionsOfAll } from './actions.ts';
import type { Bench } from './bench.ts';
import type { Lines } from './lines.ts';
import type { Figure } from './report.ts';
import { plainStorm, sluiceStorm, type Storm } from './storms.ts';

const STORM = 1_000;
const PLAIN = 50;
const SINGLES = 10;

/** Twenty's calls and Temporal's actions for one submission, in a storm and alone. */
export async function cost(bench: Bench, lines: Lines): Promise<readonly Figure[]> {
  const storms = { sluice: await sluiceStorm(bench, lines, 'coststorm', STORM), plain: await plainStorm(bench, lines, 'plaincost', PLAIN) };
  const singles = { sluice: await alone(SINGLES, (n) => sluiceStorm(bench, lines, `single${String(n)}`, 1)), plain: await alone(SINGLES, (n) => plainStorm(bench, lines, `plainsingle${String(n)}`, 1)) };
  const figures: Figure[] = [];
  for (const [when, { sluice, plain }] of [['in a storm', storms], ['alone', singles]] as const) {
    const calls = { sluice: sluice.twentyCalls / sluice.count, peer: plain.twentyCalls / plain.count };
    const actions = { sluice: (await actionsOfAll(lines.temporal, sluice.runs)) / sluice.count, peer: (await actionsOfAll(lines.temporal, plain.runs)) / plain.count };
    const note = `${String(sluice.count)} submissions in ${String(sluice.runs.length)} runs, ${String(plain.count)} in ${String(plain.runs.length)}`;
    figures.push({ name: `Twenty calls a submission, ${when}`, unit: '', ...calls, ratio: calls.sluice / calls.peer, note });
    figures.push({ name: `Temporal actions a submission, ${when}`, unit: '', ...actions, ratio: actions.sluice / actions.peer, note });
  }
  bench.say('cost: counted');
  return figures;
}

/** Submissions one at a time, each ended before the next begins, as one. */
async function alone(count: number, one: (n: number) => Promise<Storm>): Promise<Pick<Storm, 'count' | 'twentyCalls' | 'runs'>> {
  const ended: Storm[] = [];
  for (let n = 0; n < count; n += 1) ended.push(await one(n));
  return { count, twentyCalls: ended.reduce((sum, { twentyCalls }) => sum + twentyCalls, 0), runs: ended.flatMap(({ runs }) => runs) };
}
