import type { NewDelivery } from '../domain/event.ts';
import type { Database } from './database.ts';

/**
 * Of these deliveries, those that would bring nothing new: their lane rests, and its last run worked from these very inputs, or
 * there never was a run. What was noted of a record does not tell this: a run looks at the record as it stands by then, which
 * may be a state that nobody was told of.
 */
export async function findStanding(database: Database, deliveries: readonly NewDelivery[]): Promise<ReadonlySet<NewDelivery>> {
  // Whoever waits for a record's data waits for a change of what is watched of it.
  const awaited = deliveries.filter(({ record }) => record?.rule?.kind === 'awaited');
  const weighed = deliveries.flatMap((delivery) => {
    const rule = delivery.record?.rule;
    return rule === undefined || rule.kind === 'awaited' ? [] : [{ delivery, inputs: rule.inputs }];
  });
  if (weighed.length === 0) return new Set(awaited);
  const { rows } = await database.pool.query<{ position: number }>({
    name: 'find-standing',
    text: `select t.position::int from unnest($1::text[], $2::text[], $3::text[]) with ordinality as t (integration, key, inputs, position)
           left join lanes l on l.integration = t.integration and l.key = t.key
           where l.id is null or l.state = 'idle' and l.inputs = t.inputs`,
    values: [weighed.map(({ delivery }) => delivery.integration), weighed.map(({ delivery }) => delivery.laneKey), weighed.map(({ inputs }) => inputs)],
  });
  return new Set([...awaited, ...rows.map(({ position }) => weighed[position - 1]!.delivery)]);
}
