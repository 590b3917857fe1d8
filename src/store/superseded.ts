import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** An event that a newer one of the same lane covers. */
export interface CoveredEvent {
  /** The running delivery that stands for it. */
  readonly deliveryId: string;
  readonly source: string;
  readonly body: Uint8Array;
}

/** What these running deliveries have superseded since a moment; events whose bodies have been pruned are left out. */
export async function coveredEvents(database: Database, ref: SetRef, deliveryIds: readonly string[], sinceMs: number): Promise<readonly CoveredEvent[]> {
  if (deliveryIds.length === 0) return [];
  const { rows } = await database.pool.query<{ id: string; source: string; body: Buffer }>({
    name: 'covered-events',
    text: `select d.id, e.source, e.body from deliveries d
           join deliveries s on s.lane_id = d.lane_id and s.state = 'superseded' and s.seq < d.seq and s.created_at > $3
           join events e on e.id = s.event_id
           where d.set_id = $1 and d.epoch = $2 and d.id = any($4::uuid[]) and e.body is not null order by s.seq`,
    values: [ref.setId, ref.epoch, new Date(sinceMs), deliveryIds],
  });
  return rows.map(({ id, source, body }) => ({ deliveryId: id, source, body }));
}
