import { parseArgs } from 'node:util';
import { accepts } from './accepts.ts';
import { type Bench, startBench } from './bench.ts';
import { bursts } from './bursts.ts';
import { claims } from './claims.ts';
import { cost } from './cost.ts';
import { deadVendor } from './dead-vendor.ts';
import { latency } from './latency.ts';
import { startLines } from './lines.ts';
import { type Figure, isMet, printFigures } from './report.ts';
import { throughput } from './throughput.ts';
import { urgent } from './urgent.ts';

/** `npm run bench [-- --only accepts|claims|urgent|dead-vendor|bursts|throughput|cost|latency] [--json]`: ratios of one run; exit code 1 when a bound is missed. */
const usage = 'npm run bench -- [--only accepts|claims|urgent|dead-vendor|bursts|throughput|cost|latency]... [--json]';
const onLines = { latency, cost, throughput } as const;
const all = ['accepts', 'claims', 'urgent', 'dead-vendor', 'bursts', ...Object.keys(onLines)];

const { values: options } = parseArgs({ options: { only: { type: 'string', multiple: true, default: all }, json: { type: 'boolean', default: false } } });
const only = options.only.flatMap((names) => names.split(','));
const unknown = only.find((name) => !all.includes(name));
if (unknown !== undefined) throw new Error(`There is no measurement ${unknown}. Usage: ${usage}`);

const startedAtMs = Date.now();
const bench = await startBench((line) => console.error(`[${((Date.now() - startedAtMs) / 1000).toFixed(0).padStart(3)} s] ${line}`));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void bench.end().finally(() => process.exit(130)));
}
try {
  const figures = await measure(bench);
  if (options.json) console.log(JSON.stringify({ seconds: Math.round((Date.now() - startedAtMs) / 1000), figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })) }, undefined, 2));
  else printFigures(figures);
  process.exitCode = figures.every(isMet) ? 0 : 1;
} finally {
  await bench.end();
}

async function measure(on: Bench): Promise<readonly Figure[]> {
  on.say('PostgreSQL runs with fsync and synchronous_commit on');
  const figures: Figure[] = [];
  if (only.includes('accepts')) figures.push(...(await accepts(on)));
  if (only.includes('claims')) figures.push(...(await claims(on)));
  if (only.includes('urgent')) figures.push(...(await urgent(on)));
  if (only.includes('dead-vendor')) figures.push(...(await deadVendor(on)));
  if (only.includes('bursts')) figures.push(...(await bursts(on)));
  const rest = Object.entries(onLines).filter(([name]) => only.includes(name));
  if (rest.length === 0) return figures;
  on.say('starting Sluice and the plain worker');
  const lines = await startLines(on);
  for (const [, one] of rest) figures.push(...(await one(on, lines)));
  return figures;
}
