import { writesOf } from './sync-checker.ts';
import { judgeWorld, type Verdict } from './sync-oracle.ts';
import type { SyncRig } from './sync.ts';
import { syncWorld } from './sync-world.ts';
import { chance } from './seed.ts';

export interface Converged extends Verdict {
  /** What happened, step by step. */
  readonly story: readonly string[];
  /** Edits that fell between a read and a write of ours. */
  readonly inGaps: number;
}

/** Lost, late, doubled and out of order. */
const WEATHER = { lost: 0.15, twice: 0.2, delayMs: 400 };
/** After the last edit: everything that a schedule would do, this often at most. */
const ROUNDS = 3;

/** Random work on both sides in bad weather with processes dying, then fair weather and a bounded number of scheduled runs, then the verdict. `FAULT_SEED` repeats it. */
export async function converge(sync: SyncRig, name: string, steps: number): Promise<Converged> {
  const { rig } = sync;
  const random = chance(name);
  const world = syncWorld(sync, random, name);
  const story: string[] = [`FAULT_SEED=${String(random.seed)}`];
  await sync.work('first-load');
  await rig.sluice(['catch-up', '--now']);
  for (let n = 0; n < 6; n += 1) story.push(await world.make());
  await sync.calm();

  rig.twenty.disturbWebhooks({ ...WEATHER, seed: random.seed });
  for (let n = 0; n < steps; n += 1) story.push(await world.step());
  rig.twenty.beforeOperation = undefined;
  rig.twenty.disturbWebhooks(undefined);
  for (let round = 0; round < ROUNDS; round += 1) await scheduled(sync);

  const before = await writesOf(sync);
  await scheduled(sync);
  const after = await writesOf(sync);
  const [drift] = await rig.rows<{ code: string; reason: string }>(`select code, reason from deliveries where code in ('drift', 'no_drift') order by seq desc limit 1`);
  const verdict = await judgeWorld(sync, world);
  return {
    ...verdict, story, inGaps: world.edits.filter(({ gapAt }) => gapAt !== undefined).length,
    faults: [...verdict.faults, ...(before === after ? [] : [`writes go on: ${before} before, ${after} after`]), ...(drift?.code === 'no_drift' ? [] : [`the full compare: ${String(drift?.reason)}`])],
  };
}

/** What the clock brings. */
async function scheduled(sync: SyncRig): Promise<void> {
  await sync.rest();
  await sync.rig.sluice(['catch-up', '--now']);
  await sync.work('changes');
  await sync.work('complete-read');
  await sync.work('drift');
}
