import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { startRig, type Rig } from './rig/rig.ts';
import { runsOf, terminateRun } from './rig/runs.ts';
import { namespace } from './rig/servers.ts';

/** How long, by the clocks of PostgreSQL and Temporal, work stood still and lanes were locked for nothing. */
let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ gated: ['dispatcher', 'worker'] });
  for (const statement of watchLanes) await rig.rows(statement);
});
afterAll(() => rig.close());

const MINUTE_MS = 60_000;

const watchLanes = [
  'create table lane_changes (at timestamptz not null, lane_id bigint not null, state text not null, set_id text)',
  `create function note_lane() returns trigger language plpgsql as $$
   begin insert into lane_changes values (clock_timestamp(), new.id, new.state, new.set_id); return null; end $$`,
  `create trigger note_lane after update on lanes for each row when (old.state is distinct from new.state) execute function note_lane()`,
];

interface Scene {
  readonly phase: string;
  readonly victim: 'dispatcher' | 'worker';
  /** Sends forms and resolves when the victim is about to die. */
  stand(forms: readonly Form[]): Promise<void>;
  /** What stood on the wire is lost with it. */
  clear(): Promise<void> | void;
}

interface Form {
  readonly integration: 'storm';
  readonly mark: string;
  readonly email: string;
}

async function submit(forms: readonly Form[]): Promise<void> {
  rig.dispatcher.freeze();
  for (const form of forms) await rig.sender.submit(form);
  rig.dispatcher.thaw();
}

const atDatabase = (phase: string, victim: Scene['victim'], place: string): Scene => ({
  phase, victim,
  async stand(forms) {
    await rig.databaseGate.shut(place);
    await submit(forms);
    await rig.databaseGate.reached(place);
  },
  async clear() {
    await rig.databaseGate.cut();
    await rig.databaseGate.open();
  },
});

const openSets = () => rig.rows<{ id: string; state: string }>(`select id, state from sets where state in ('claimed', 'started')`);
let held: { readonly isStanding: boolean; cut(): void };
const holdCall = async (forms: readonly Form[], call: string): Promise<void> => {
  held = rig.twentyGate.hold('answer', ({ body }) => body.includes(call));
  await submit(forms);
  await rig.until('a held call', () => held.isStanding);
};

const scenes: readonly Scene[] = [
  atDatabase('claim, before its commit', 'dispatcher', 'set claimed storm'),
  {
    phase: 'start, before it is sent', victim: 'dispatcher',
    async stand(forms) {
      rig.temporalGates.dispatcher.shut('up');
      await submit(forms);
      await rig.until('a claimed set', async () => (await openSets()).some(({ state }) => state === 'claimed'));
    },
    clear() {
      rig.temporalGates.dispatcher.cut();
      rig.temporalGates.dispatcher.open();
    },
  },
  atDatabase('start, before it is noted', 'dispatcher', 'set started storm'),
  {
    phase: 'start, before the run has done anything', victim: 'worker',
    async stand(forms) {
      rig.temporalGates.worker.shut('down');
      await submit(forms);
      await rig.until('a started set', async () => (await openSets()).some(({ state }) => state === 'started'));
    },
    clear() {
      rig.temporalGates.worker.cut();
      rig.temporalGates.worker.open();
    },
  },
  { phase: 'run, while a call is under way', victim: 'worker', stand: (forms) => holdCall(forms, 'createPeople('), clear: () => held.cut() },
  { phase: 'run, while a call is under way', victim: 'dispatcher', stand: (forms) => holdCall(forms, 'createTasks('), clear: () => held.cut() },
  atDatabase('settle, before the outcomes are committed', 'worker', 'delivery succeeded storm'),
  atDatabase('settle, before the end of the set is committed', 'worker', 'set ended storm'),
  {
    phase: 'return of a set whose run is gone', victim: 'dispatcher',
    async stand(forms) {
      await holdCall(forms, 'createTasks(');
      await rig.databaseGate.shut('set returned storm');
      const [set] = await openSets();
      await terminateRun(rig, set!.id);
      await rig.databaseGate.reached('set returned storm');
    },
    async clear() {
      held.cut();
      await rig.databaseGate.cut();
      await rig.databaseGate.open();
    },
  },
];

test.each(scenes)('$victim killed in $phase: work goes on within a minute, no lane is locked for longer without a run', async (scene) => {
  const number = scenes.indexOf(scene);
  const forms = [1, 2, 3].map((n): Form => ({ integration: 'storm', mark: `scene-${String(number)}-${String(n)}`, email: `person-${String(number)}-${String(n % 2)}@gmail.com` }));
  const [before] = await rig.rows<{ at: Date }>('select clock_timestamp() as at');
  await scene.stand(forms);
  await rig[scene.victim].kill();
  const [killed] = await rig.rows<{ at: Date }>('select clock_timestamp() as at');
  await scene.clear();
  await rig[scene.victim].start();
  await rig.settled();

  const [end] = await rig.rows<{ at: Date }>('select max(ended_at) as at from deliveries');
  const sets = (await rig.rows<{ id: string }>('select id from sets where claimed_at > $1', [before!.at])).map(({ id }) => id);
  const runs = await Promise.all(sets.map(async (id) => (await runsOf(rig, id)).length));
  expect(end!.at.getTime() - killed!.at.getTime()).toBeLessThan(MINUTE_MS);
  expect(await longestLockWithoutRunMs(before!.at)).toBeLessThan(MINUTE_MS);
  expect(Math.max(...runs)).toBe(1);
  expect(await findFaults(rig)).toEqual([]);
});

/** Of all locks of lanes since then, the longest stretch in which no run of the lane's set was open in Temporal. */
async function longestLockWithoutRunMs(since: Date): Promise<number> {
  const locks = await rig.rows<{ set_id: string; locked_at: Date; freed_at: Date | null }>(
    `select set_id, at as locked_at, (select min(f.at) from lane_changes f where f.lane_id = c.lane_id and f.at > c.at and f.state <> 'running') as freed_at
     from lane_changes c where state = 'running' and at > $1`, [since]);
  const connection = await Connection.connect({ address: rig.temporal.address() });
  try {
    const client = new Client({ connection, namespace });
    const stretches = await Promise.all(locks.map(async ({ set_id: setId, locked_at: lockedAt, freed_at: freedAt }) => {
      if (freedAt === null) return Infinity;
      const run = await client.workflow.getHandle(setId).describe().catch(() => undefined);
      if (run === undefined) return freedAt.getTime() - lockedAt.getTime();
      const closedAtMs = run.closeTime?.getTime() ?? Infinity;
      return Math.max(run.startTime.getTime() - lockedAt.getTime(), freedAt.getTime() - closedAtMs);
    }));
    return Math.max(...stretches);
  } finally {
    await connection.close();
  }
}
