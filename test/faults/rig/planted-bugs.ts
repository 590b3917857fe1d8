/** A mistake that a checker worth its name must see: what stands in a file of `src/`, and what is put there instead. */
export interface PlantedBug {
  readonly file: string;
  readonly change: readonly (readonly [right: string, wrong: string])[];
}

export const plantedBugs = {
  'an effect is not frozen before the call': {
    file: 'store/effects.ts',
    change: [
      ['await database.pool.query<EffectRow>({\n    name: \'freeze-effects\',', 'await rolledBack({\n    name: \'freeze-effects\','],
      ['interface EffectRow {', `async function rolledBack(query: pg.QueryConfig): Promise<pg.QueryResult<EffectRow>> {
        const client = await database_!.pool.connect();
        await client.query('begin');
        try { return await client.query(query); } finally { await client.query('rollback'); client.release(); }
      }
      let database_: Database | undefined;
      interface EffectRow {`],
      ['if (effects.length === 0) return [];', 'if (effects.length === 0) return [];\n  database_ = database;'],
    ],
  },
  'the idempotency key is another one at each attempt': {
    file: 'activities/mail/send-mails.ts',
    change: [['${String(generation)}`', '${String(Math.random())}`']],
  },
  'outcomes are written without regard to the epoch': {
    file: 'store/settle.ts',
    change: [
      ['if (!(await lockSet(client, ref))) return { count: 0, setEnded: true };', 'await lockSet(client, ref);'],
      ['from o where d.id = o.id and d.set_id = $1 and d.epoch = $2 and', 'from o where d.id = o.id and $2::bigint > 0 and'],
    ],
  },
  'a claim does not hold its lanes': {
    file: 'store/claim.ts',
    change: [[`update lanes set state = 'running', set_id = $1,`, 'update lanes set set_id = $1,']],
  },
} as const satisfies Record<string, PlantedBug>;

export type PlantedBugName = keyof typeof plantedBugs;
