/** A mistake that a checker worth its name must see: what stands in a file of `src/`, and what is put there instead. */
export interface PlantedBug {
  readonly file: string;
  readonly change: readonly (readonly [right: string, wrong: string])[];
  /** Other files in which it has to be made as well, since one look alone is not believed. */
  readonly also?: readonly Omit<PlantedBug, 'also'>[];
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
  'an echo is carried back as if somebody had edited': {
    file: 'workflows/bidirectional-sync/merge.ts',
    change: [["if (!twenty && !external) return { kind: 'nothing' };", "if (!twenty && !external) return carry(rule, 'twenty', now, 'changed');"]],
  },
  'what both sides hold is not kept': {
    file: 'store/links.ts',
    change: [['set state = t.state, base = t.base::jsonb,', 'set state = t.state, base = l.base,']],
  },
  'the merge prefers one side': {
    file: 'workflows/bidirectional-sync/merge.ts',
    change: [["if (!twenty) return carry(rule, 'external', now, 'changed');", "if (!twenty) return carry(rule, 'twenty', now, 'changed');"]],
  },
  'a half read passes for a whole one and is believed': {
    file: 'store/sync-loads.ts',
    change: [['${side}_done = $7::text is null', '${side}_done = true']],
    also: [{
      file: 'workflows/bidirectional-sync/fate.ts',
      change: [
        ['if (isThere(twenty) && isThere(external)) return', 'if (isThere(twenty) && isThere(external) && link?.missingConfirmed !== true) return'],
        ["const side: Side = isThere(twenty) ? 'external' : 'twenty';", "const side: Side = link.missingSide ?? (isThere(twenty) ? 'external' : 'twenty');"],
      ],
    }],
  },
} as const satisfies Record<string, PlantedBug>;

export type PlantedBugName = keyof typeof plantedBugs;
