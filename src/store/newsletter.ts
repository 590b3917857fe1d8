import type pg from 'pg';
import type { Database } from './database.ts';
import { EpochOverError } from './effects.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';
import { inTransaction } from './transaction.ts';

/** How far a newsletter has come. `P` is what its view came to mean. */
export interface NewsletterState<P = unknown> {
  readonly plan: P | undefined;
  readonly cursor: string | undefined;
  readonly isRead: boolean;
  readonly walk: string | undefined;
  readonly isWalked: boolean;
  /** The mailing in the tool, once it is made. */
  readonly mailing: MailingState | undefined;
  /** What stands in the way of the rest of it. */
  readonly problem: { readonly code: string; readonly reason: string } | undefined;
}

export interface MailingState {
  readonly id: string;
  readonly name: string;
  readonly state: 'drafted' | 'sent';
  /** It had been made for another start of the same day. */
  readonly isOld: boolean;
}

/** Why somebody is not to be mailed, or that they are: `listed` before the tool has heard of them, `added` after. */
export type PersonState = 'no_address' | 'invalid' | 'duplicate' | 'opted_out' | 'listed' | 'added' | 'unsubscribed' | 'refused';

/** A person as they were read, and what that means. */
export interface NewsletterPerson {
  readonly recordId: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly state: PersonState;
  readonly says: string | undefined;
}

/** The newsletter of a delivery, made when it is not there; what a dry run left is forgotten before the real one. Throws EpochOverError. */
export function openNewsletter<P>(database: Database, ref: SetRef, deliveryId: string, dryRun: boolean): Promise<NewsletterState<P>> {
  return writing(database, ref, async (client) => {
    await client.query('delete from newsletters where delivery_id = $1 and dry_run and not $2', [deliveryId, dryRun]);
    await client.query('insert into newsletters (delivery_id, dry_run) values ($1, $2) on conflict do nothing', [deliveryId, dryRun]);
    // A new attempt may have been mended meanwhile: what stood in the way of the last is looked at anew.
    await client.query('update newsletters set code = null, problem = null where delivery_id = $1', [deliveryId]);
    return (await stateOf<P>(client, deliveryId))!;
  });
}

/** Undefined when there is none. */
export async function newsletterState<P>(database: Database, deliveryId: string): Promise<NewsletterState<P> | undefined> {
  return stateOf<P>(database.pool, deliveryId);
}

/** Notes what becomes of a newsletter. Throws EpochOverError. */
export function noteNewsletter(database: Database, ref: SetRef, deliveryId: string, note: { readonly plan?: object; readonly mailing?: MailingState; readonly problem?: { readonly code: string; readonly reason: string } }): Promise<void> {
  const { plan, mailing, problem } = note;
  return writing(database, ref, async (client) => {
    await client.query(
      'update newsletters set plan = coalesce($2::jsonb, plan), mailing = coalesce($3::jsonb, mailing), code = coalesce($4, code), problem = coalesce($5, problem) where delivery_id = $1',
      [deliveryId, plan === undefined ? null : storableJson(plan), mailing === undefined ? null : storableJson(mailing), problem?.code, problem?.reason]);
  });
}

/**
 * Keeps a page of people and where the next one begins, in one commit; nothing when the page was kept before. Somebody whose address is
 * listed already is a duplicate. Throws EpochOverError.
 */
export function keepPeople(database: Database, ref: SetRef, deliveryId: string, page: { readonly from: string | undefined; readonly people: readonly NewsletterPerson[]; readonly next: string | undefined }): Promise<void> {
  const { from, people, next } = page;
  return writing(database, ref, async (client) => {
    const { rowCount } = await client.query(
      'update newsletters set cursor = $3, is_read = $3::text is null where delivery_id = $1 and cursor is not distinct from $2::text and not is_read', [deliveryId, from ?? null, next ?? null]);
    if (rowCount === 0 || people.length === 0) return;
    await client.query({
      name: 'keep-newsletter-people',
      text: `with page as (
               select t.*, row_number() over (partition by email, state order by ordinal) as nth
               from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) with ordinality
                 as t (record_id, name, email, first_name, last_name, fields, state, says, ordinal)
             ), judged as (
               select page.*, twin.record_id as twin from page left join lateral (
                 select record_id from newsletter_people p where p.delivery_id = $1 and p.email = page.email and p.state = 'listed' limit 1) twin on page.state = 'listed'
             )
             insert into newsletter_people (delivery_id, record_id, name, email, first_name, last_name, fields, state, says)
               select $1, record_id, name, email, first_name, last_name, fields::jsonb,
                 case when state = 'listed' and (twin is not null or nth > 1) then 'duplicate' else state end,
                 case when state = 'listed' and (twin is not null or nth > 1) then 'another person has the same address' else says end
               from judged on conflict do nothing`,
      values: [
        deliveryId, people.map((one) => one.recordId), people.map((one) => one.name), people.map((one) => one.email), people.map((one) => one.firstName),
        people.map((one) => one.lastName), people.map((one) => storableJson(one.fields)), people.map((one) => one.state), people.map((one) => one.says),
      ],
    });
  });
}

/**
 * Freezes who is to be added and in which bulk request of at most `most` people, until the first of them has been begun. An address of which
 * another person opted out is left out. Answers how many requests there are.
 */
export function freezePeople(database: Database, ref: SetRef, deliveryId: string, most: number): Promise<number> {
  return writing(database, ref, async (client) => {
    const begun = await client.query(`select 1 from newsletter_parts where delivery_id = $1 and (state <> 'open' or attempt > 0) limit 1`, [deliveryId]);
    if (begun.rowCount === 0) {
      await client.query(
        `update newsletter_people p set state = 'opted_out', says = 'another person with the same address opted out' where delivery_id = $1 and state = 'listed'
           and exists (select 1 from newsletter_people o where o.delivery_id = $1 and o.email = p.email and o.state = 'opted_out')`, [deliveryId]);
      await client.query('delete from newsletter_parts where delivery_id = $1', [deliveryId]);
      await client.query(
        `update newsletter_people p set part = n.part from (
           select record_id, 1 + (row_number() over (order by record_id) - 1) / $2::int as part from newsletter_people where delivery_id = $1 and state = 'listed') n
         where p.delivery_id = $1 and p.record_id = n.record_id`, [deliveryId, most]);
      await client.query('insert into newsletter_parts (delivery_id, part) select distinct delivery_id, part from newsletter_people where delivery_id = $1 and part is not null', [deliveryId]);
    }
    const { rows } = await client.query<{ count: number }>('select count(*) as count from newsletter_parts where delivery_id = $1', [deliveryId]);
    return rows[0]!.count;
  });
}

/** Runs `work` in one transaction while the set is held by this run. */
export function writing<T>(database: Database, ref: SetRef, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(database, async (client) => {
    // The set's row is locked, so that an attempt believed dead and its successor write one after the other.
    const { rowCount } = await client.query(`select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started') for update`, [ref.setId, ref.epoch]);
    if (rowCount === 0) throw new EpochOverError(ref);
    return work(client);
  });
}

async function stateOf<P>(client: Pick<pg.Pool, 'query'>, deliveryId: string): Promise<NewsletterState<P> | undefined> {
  const { rows } = await client.query<{ plan: P | null; cursor: string | null; is_read: boolean; walk: string | null; is_walked: boolean; mailing: MailingState | null; code: string | null; problem: string | null }>(
    'select plan, cursor, is_read, walk, is_walked, mailing, code, problem from newsletters where delivery_id = $1', [deliveryId]);
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    plan: row.plan ?? undefined, cursor: row.cursor ?? undefined, isRead: row.is_read, walk: row.walk ?? undefined, isWalked: row.is_walked, mailing: row.mailing ?? undefined,
    problem: row.code === null ? undefined : { code: row.code, reason: row.problem ?? '' },
  };
}
