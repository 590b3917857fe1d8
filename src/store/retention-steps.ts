import type { RetentionPolicy } from '../domain/retention.ts';

/** What is pruned, in the order in which it goes. */
export type Kind = 'payloads' | 'deliveries' | 'effects' | 'tombstones' | 'sets' | 'events' | 'dedupeKeys';

/** One walk over a table from its oldest row on. `$1` to `$3` are the policy, see `policyValues`. */
export interface Walk {
  readonly kind: Kind;
  /** Walked once per integration, which is `$7`. */
  readonly perIntegration: boolean;
  /** The next `$6` rows behind (`$4`, `$5`) that are old enough, each with whether it is `due`. */
  readonly look: string;
  readonly idType: 'uuid' | 'text';
  /** Locks those of `$1` that nobody else holds; the next statement sees what was committed before. */
  readonly lock: string;
  /** Removes those of `$1` that are due still; answers how many of each kind. */
  readonly act: string;
}

/** Ages in days by integration; the nameless one is for those that are not configured. */
export function policyValues({ otherwise, byIntegration }: RetentionPolicy): readonly unknown[] {
  const ages = [...byIntegration.values(), otherwise];
  return [[...byIntegration.keys(), ''], ages.map((age) => age.payloadDays), ages.map((age) => age.deliveryDays)];
}

type Days = 'payload_days' | 'delivery_days';

const POLICY = 'policy as (select * from unnest($1::text[], $2::float8[], $3::float8[]) as p (integration, payload_days, delivery_days))';
const KEEPS = (days: Days, integration: string): string =>
  `statement_timestamp() - coalesce((select ${days} from policy where integration = ${integration}), (select ${days} from policy where integration = '')) * interval '1 day'`;
const OLDEST = (days: Days): string => `statement_timestamp() - (select min(${days}) from policy) * interval '1 day'`;
/** Done for good. What failed, waits or is held stands in front of somebody and keeps everything. */
const DONE = `('succeeded', 'skipped', 'superseded', 'discarded')`;
const KEPT = (days: Days): string => `(d.state not in ${DONE} or d.ended_at >= ${KEEPS(days, 'd.integration')})`;
const LOCK = (table: string, id: string, type: string): string => `select ${id}::text as id from ${table} where ${id} = any($1::${type}[]) for update skip locked`;

export const walks: readonly Walk[] = [
  {
    kind: 'payloads',
    perIntegration: false,
    look: `with ${POLICY} select id::text, received_at::text as at, not exists (select 1 from deliveries d where d.event_id = e.id and ${KEPT('payload_days')}) as due
           from (select id, received_at from events
                 where body is not null and received_at < ${OLDEST('payload_days')} and (received_at, id) > ($4::timestamptz, $5::uuid)
                 order by received_at, id limit $6) e order by e.received_at, e.id`,
    idType: 'uuid',
    lock: LOCK('events', 'id', 'uuid'),
    act: `with emptied as (
            update events set body = null, headers = '{}' where id = any($1::uuid[]) and body is not null returning id
          ), values_gone as (
            delete from items i using deliveries d, emptied where d.event_id = emptied.id and i.set_id = d.set_id and i.delivery_id = d.id
          ), rows_gone as (
            delete from data_files f using emptied where f.event_id = emptied.id
          ), readers_gone as (
            delete from newsletters n using deliveries d, emptied where d.event_id = emptied.id and n.delivery_id = d.id
          )
          select count(*) as payloads from emptied`,
  },
  {
    kind: 'deliveries',
    perIntegration: true,
    look: `with ${POLICY} select id::text, created_at::text as at, not ${KEPT('delivery_days')} as due
           from (select id, created_at, integration, state, ended_at from deliveries
                 where integration = $7 and created_at < ${KEEPS('delivery_days', '$7')} and (created_at, id) > ($4::timestamptz, $5::uuid)
                 order by created_at, id limit $6) d order by d.created_at, d.id`,
    idType: 'uuid',
    lock: LOCK('deliveries', 'id', 'uuid'),
    act: `with gone as (
            delete from deliveries where id = any($1::uuid[]) and state in ${DONE} returning id, set_id
          ), values_gone as (
            delete from items i using gone where i.set_id = gone.set_id and i.delivery_id = gone.id
          )
          select count(*) as deliveries from gone`,
  },
  {
    kind: 'effects',
    perIntegration: false,
    look: `with ${POLICY} select key as id, created_at::text as at, created_at < ${KEEPS('delivery_days', 'e.integration')} and not exists (
             select 1 from effect_members m join deliveries d on d.id = m.delivery_id where m.effect_key = e.key and ${KEPT('delivery_days')}) as due
           from (select key, created_at, integration from effects
                 where request is not null and created_at < ${OLDEST('delivery_days')} and (created_at, key) > ($4::timestamptz, $5::text)
                 order by created_at, key limit $6) e order by e.created_at, e.key`,
    idType: 'text',
    lock: LOCK('effects', 'key', 'text'),
    // What may have happened outside and must not happen again is remembered by its key; nothing else of it is.
    act: `with due as (
            select key, forever and state in ('done', 'attempting', 'unknown') as stays from effects e
            where key = any($1::text[]) and not exists (select 1 from effect_members m where m.effect_key = e.key)
          ), gone as (
            delete from effects e using due where e.key = due.key and not due.stays returning 1
          ), emptied as (
            update effects e set request = null, summary = '', reason = null from due where e.key = due.key and due.stays returning 1
          )
          select (select count(*) from gone) as effects, (select count(*) from emptied) as tombstones`,
  },
  {
    kind: 'sets',
    perIntegration: true,
    // The deliveries of a set that was returned have gone on in others.
    look: `with ${POLICY} select s.id, claimed_at::text as at, not exists (select 1 from deliveries d where d.set_id = s.id and ${KEPT('delivery_days')})
             and ended_at < case state when 'ended' then ${KEEPS('delivery_days', 's.integration')} when 'returned' then ${KEEPS('payload_days', 's.integration')} end as due
           from (select id, claimed_at, integration, state, ended_at from sets
                 where integration = $7 and claimed_at < greatest(${KEEPS('payload_days', '$7')}, ${KEEPS('delivery_days', '$7')})
                   and (claimed_at, id) > ($4::timestamptz, $5::text)
                 order by claimed_at, id limit $6) s order by s.claimed_at, s.id`,
    idType: 'text',
    lock: LOCK('sets', 'id', 'text'),
    act: `with gone as (
            delete from sets s where id = any($1::text[]) and state in ('ended', 'returned') and not exists (select 1 from deliveries d where d.set_id = s.id) returning 1
          )
          select count(*) as sets from gone`,
  },
  {
    kind: 'events',
    perIntegration: false,
    look: `with ${POLICY} select id::text, received_at::text as at, not exists (select 1 from deliveries d where d.event_id = e.id and ${KEPT('delivery_days')}) as due
           from (select id, received_at from events where received_at < ${OLDEST('delivery_days')} and (received_at, id) > ($4::timestamptz, $5::uuid)
                 order by received_at, id limit $6) e order by e.received_at, e.id`,
    idType: 'uuid',
    lock: LOCK('events', 'id', 'uuid'),
    // A key with a window is forgotten with its event once the window is over; one without stays.
    act: `with gone as (
            delete from events e where id = any($1::uuid[]) and not exists (select 1 from deliveries d where d.event_id = e.id) returning id, source, dedupe_key
          ), forgotten as (
            delete from dedupe_keys k using gone where k.source = gone.source and k.key = gone.dedupe_key and k.event_id = gone.id
              and k.seen_at < statement_timestamp() - k.window_ms * interval '1 millisecond' returning 1
          )
          select (select count(*) from gone) as events, (select count(*) from forgotten) as "dedupeKeys"`,
  },
];
