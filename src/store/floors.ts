import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

const LOOK_EVERY_MS = 5_000;
/** A lane that becomes ready may carry a due time of a while ago: that of an accept not yet committed, or of what waited for a run. */
const SLACK_MS = 60_000;

/**
 * Moves up the floors from which claims look for ready lanes and count open sets. While an old transaction keeps its snapshot,
 * the index entries of everything claimed since then stay; below the floor nobody walks over them. Cheap; several may call it.
 */
export async function raiseFloors(database: Database): Promise<void> {
  await database.pool.query({ name: 'raise-lane-floors', text: RAISE, values: [LOOK_EVERY_MS, SLACK_MS] });
  await inTransaction(database, async (client) => {
    // No claim is under way meanwhile, so none commits an open set with a lower epoch later.
    await client.query(`select pg_advisory_xact_lock(hashtext('sluice claim'))`);
    await client.query({ name: 'raise-open-sets', text: RAISE_OPEN });
  });
}

const RAISE = `
  with old as (
    select integration, source from lane_sources where looked_at < statement_timestamp() - $1 * interval '1 millisecond'
    for update skip locked
  )
  update lane_sources s set looked_at = statement_timestamp(),
    urgent_from = least(statement_timestamp(), (select min(due_at) from lanes l
      where l.integration = s.integration and l.source = s.source and l.urgent = true and l.state = 'ready')) - $2 * interval '1 millisecond',
    bulk_from = least(statement_timestamp(), (select min(due_at) from lanes l
      where l.integration = s.integration and l.source = s.source and l.urgent = false and l.state = 'ready')) - $2 * interval '1 millisecond'
  from old where s.integration = old.integration and s.source = old.source`;

const RAISE_OPEN = `
  update open_sets o set epoch_from = lowest.epoch
  from (
    select coalesce((select min(epoch) from sets where state in ('claimed', 'started') and epoch >= (select epoch_from from open_sets)),
                    (select last_value from epochs)) as epoch
  ) lowest
  where lowest.epoch > o.epoch_from`;
