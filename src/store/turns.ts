import type { Database } from './database.ts';

/**
 * Gives each delivery its turn number, 0, 1, 2, ... per integration, in the given order. A delivery keeps the turn it once
 * had, so that a retry asks the same person.
 */
export async function takeTurns(database: Database, integration: string, deliveryIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.pool.query<{ id: string; turn: number }>(
    `with asked as (
       select t.id, t.place, d.turn from unnest($2::uuid[]) with ordinality as t (id, place) join deliveries d on d.id = t.id
     ), without as (
       select id, row_number() over (order by place) - 1 as step from asked where turn is null
     ), taken as (
       update integrations set next_turn = next_turn + (select count(*) from without) where name = $1
       returning next_turn - (select count(*) from without) as first
     ), given as (
       update deliveries d set turn = taken.first + without.step from without, taken where d.id = without.id returning d.id, d.turn
     )
     select id::text, turn from given union all select id::text, turn from asked where turn is not null`,
    [integration, deliveryIds],
  );
  return new Map(rows.map((row) => [row.id, row.turn]));
}
