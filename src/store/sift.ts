import type pg from 'pg';
import { refreshLanes } from './lanes.ts';

/** How record events of an integration are weighed before they make a run. */
export interface SiftRules {
  readonly maxRunsPerRecordPerHour: number;
  readonly flood: { readonly above: number; readonly then: 'sets' | 'hold' };
  /** What brings nothing new is dropped first, so that it covers nothing older. */
  readonly everyEdit?: boolean;
  /** It listens to records for the sake of deliveries that wait for their data. */
  readonly awaits?: boolean;
  /** IANA name; times in reasons are written in it. */
  readonly timeZone: string;
}

/** A storm counts as one until it has been quiet for this long. */
const FLOOD_LASTS_MS = 60_000;
/** Held deliveries are written in steps, so that no claim takes long. */
const FLOOD_STEP = 5_000;

const UNWEIGHED = `d.state = 'pending' and d.rule is not null and not d.released`;

/**
 * Weighs the pending deliveries of locked, idle lanes: what a newer change covers is superseded, what brings nothing new is
 * skipped, what comes too often is held. Answers how many ended or are held; the rest of the lanes is worth a run.
 */
export async function sift(client: pg.PoolClient, laneIds: readonly number[], rules: SiftRules, dryRun: boolean): Promise<number> {
  let sifted = 0;
  const change = async (name: string, text: string, ...values: unknown[]): Promise<void> => {
    sifted += (await client.query({ name, text, values: [laneIds, ...values] })).rowCount ?? 0;
  };
  // Before anything else, for what is superseded is news to those who wait as well.
  if (rules.awaits === true) {
    await client.query({ name: 'sift-awaited', text: AWAITED, values: [laneIds] });
    await change('sift-noted', NOTED);
  }
  // A dry run changes nothing, so that nothing is up to date because of one, and it shows what is asked of it.
  const unchanged = async (): Promise<void> => (dryRun ? undefined : change('sift-unchanged', UNCHANGED, rules.timeZone));
  if (rules.everyEdit === true) await unchanged();
  await change('sift-superseded', SUPERSEDED);
  if (rules.everyEdit !== true) await unchanged();
  await change('sift-transitions', TRANSITIONS);
  await change('sift-brake', BRAKE, rules.maxRunsPerRecordPerHour);
  if (sifted > 0) await refreshLanes(client, laneIds);
  return sifted;
}

// Whoever waits is woken by the sweeper: its lane is not locked here.
const AWAITED = `
  update awaited a set changed = true from deliveries d
  where d.lane_id = any($1::bigint[]) and ${UNWEIGHED} and a.integration = d.integration and a.record_id = d.record_id and not a.changed`;

const NOTED = `
  update deliveries d set state = 'skipped', code = 'noted', ended_at = clock_timestamp(),
    reason = case when exists (select 1 from awaited a where a.integration = d.integration and a.record_id = d.record_id)
      then 'What waited for this goes on.' else 'Nothing waits for this record.' end
  where d.lane_id = any($1::bigint[]) and ${UNWEIGHED} and d.rule = 'awaited'`;

// A created survives whatever comes after it: it means something that later changes do not.
const SUPERSEDED = `
  update deliveries d set state = 'superseded', code = 'superseded', ended_at = clock_timestamp(),
    reason = 'A newer change of the record was processed instead.'
  where d.lane_id = any($1::bigint[]) and ${UNWEIGHED} and d.action = 'updated' and exists (
    select 1 from deliveries n where n.lane_id = d.lane_id and n.state = 'pending' and n.action = 'updated' and n.rule is not null
      and n.seq > d.seq and n.dry_run = d.dry_run)`;

const UNCHANGED = `
  update deliveries d set state = 'skipped', code = 'unchanged', ended_at = clock_timestamp(),
    reason = 'Inputs unchanged since ' || to_char(l.inputs_at at time zone $2,
      case when (l.inputs_at at time zone $2)::date = (clock_timestamp() at time zone $2)::date then 'HH24:MI' else 'YYYY-MM-DD HH24:MI' end) || '.'
  from lanes l where l.id = any($1::bigint[]) and d.lane_id = l.id and ${UNWEIGHED} and d.rule = 'change' and not d.dry_run and d.inputs = l.inputs
    and not exists (select 1 from deliveries b where b.lane_id = d.lane_id and b.state = 'pending' and b.action = 'deleted' and b.seq < d.seq)`;

// In the order of the lane each is compared with the one before it, the first with what was last looked at.
const TRANSITIONS = `
  with looked as (
    select d.id, d.lane_id, d.seq, d.inputs, d.matches, d.action,
      lag(d.matches, 1, l.inputs_match) over (partition by d.lane_id order by d.seq) as matched
    from deliveries d join lanes l on l.id = d.lane_id
    where d.lane_id = any($1::bigint[]) and ${UNWEIGHED} and d.rule = 'transition'
  ), snapshot as (
    update lanes l set inputs = n.inputs, inputs_match = n.matches, inputs_at = clock_timestamp()
    from (select distinct on (lane_id) lane_id, inputs, matches from looked order by lane_id, seq desc) n where l.id = n.lane_id
  )
  update deliveries d set
    state = case when l.matched is null and l.matches then 'held' else 'skipped' end,
    code = case when l.matched is null and l.matches then 'no_snapshot' else 'no_transition' end,
    ended_at = clock_timestamp(),
    reason = case when l.matched is null and l.matches then 'Nobody knows what this record was before: release it if it has just come to this, else discard it.'
                  when l.matches then 'The record was like this before.'
                  else 'The record is not like this.' end
  from looked l where d.id = l.id and not (l.matches and (l.matched is false or l.matched is null and l.action = 'created'))`;

const BRAKE = `
  update deliveries d set state = 'held', code = 'loop_brake', ended_at = clock_timestamp(),
    reason = 'There were ' || l.runs || ' runs for this record within an hour: something seems to change it again and again. Find out what, then release.'
  from lanes l where l.id = any($1::bigint[]) and d.lane_id = l.id and ${UNWEIGHED}
    and l.runs >= $2 and l.runs_since > clock_timestamp() - interval '1 hour'`;

/** Holds what waits when more records wait than the flood guard allows; answers how many deliveries that were. */
export async function holdFlood(client: pg.PoolClient, integration: string, { flood }: SiftRules): Promise<number> {
  if (flood.then !== 'hold') return 0;
  const { rows } = await client.query<{ flooded: boolean }>({
    name: 'flooded',
    text: `update integrations i set flood_until = case when f.many then clock_timestamp() + $3 * interval '1 millisecond' else i.flood_until end
           from (select count(*) > $2 as many from (select 1 from lanes where integration = $1 and state = 'ready' limit $2 + 1) l) f
           where i.name = $1 returning coalesce(i.flood_until > clock_timestamp(), false) as flooded`,
    values: [integration, flood.above, FLOOD_LASTS_MS],
  });
  if (rows[0]?.flooded !== true) return 0;
  const held = await client.query<{ lane_id: number }>({
    name: 'hold-flood',
    text: `with lane as (
             select id from lanes where integration = $1 and state = 'ready' order by integration, key limit $2 for update skip locked
           )
           update deliveries d set state = 'held', code = 'flood', ended_at = clock_timestamp(),
             reason = 'More than ' || $3::text || ' records changed at once. Release them if that was meant, else discard them.'
           from lane where d.lane_id = lane.id and ${UNWEIGHED} and d.rule <> 'awaited' returning d.lane_id`,
    values: [integration, FLOOD_STEP, flood.above],
  });
  await refreshLanes(client, [...new Set(held.rows.map((row) => row.lane_id))]);
  return held.rows.length;
}
