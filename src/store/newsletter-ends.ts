import type { Database } from './database.ts';
import { type NewsletterPerson, type PersonState, writing } from './newsletter.ts';
import type { SetRef } from './settle.ts';

/** A bulk request as it stands. */
export interface NewsletterPart {
  readonly part: number;
  readonly people: number;
  readonly state: 'open' | 'under way' | 'done';
  /** What the tool calls it while it works it off. */
  readonly job: string | undefined;
  /** Rises when the tool gives a job up, so that the next attempt is a request of its own. */
  readonly attempt: number;
}

/** How a bulk request ended, person by person; everybody who is not named is on the list. */
export interface PartEnd {
  readonly refused: readonly { readonly email: string; readonly why: 'unsubscribed' | 'refused'; readonly says: string }[];
  readonly already: readonly string[];
  readonly unnamed: number;
}

/** The requests of a newsletter, in order. */
export async function partsOf(database: Database, deliveryId: string): Promise<readonly NewsletterPart[]> {
  const { rows } = await database.pool.query<{ part: number; state: NewsletterPart['state']; job: string | null; attempt: number; people: number }>({
    name: 'newsletter-parts',
    text: `select part, state, job, attempt, (select count(*) from newsletter_people p where p.delivery_id = n.delivery_id and p.part = n.part) as people
           from newsletter_parts n where delivery_id = $1 order by part`,
    values: [deliveryId],
  });
  return rows.map(({ job, ...row }) => ({ ...row, job: job ?? undefined }));
}

/** The people of one request, as they were frozen. */
export async function peopleOfPart(database: Database, deliveryId: string, part: number): Promise<readonly Pick<NewsletterPerson, 'email' | 'firstName' | 'lastName' | 'fields'>[]> {
  const { rows } = await database.pool.query<{ email: string; first_name: string | null; last_name: string | null; fields: NewsletterPerson['fields'] }>({
    name: 'newsletter-part',
    text: 'select email, first_name, last_name, fields from newsletter_people where delivery_id = $1 and part = $2 order by record_id',
    values: [deliveryId, part],
  });
  return rows.map((row) => ({ email: row.email, firstName: row.first_name ?? undefined, lastName: row.last_name ?? undefined, fields: row.fields }));
}

/** Notes that the tool has taken a request and works it off as `job`. */
export function notePartUnderWay(database: Database, ref: SetRef, deliveryId: string, part: number, job: string): Promise<void> {
  return writing(database, ref, async (client) => void (await client.query(
    `update newsletter_parts set state = 'under way', job = $3 where delivery_id = $1 and part = $2`, [deliveryId, part, job])));
}

/** Notes that the tool has given a request up: it may be made again. */
export function reopenPart(database: Database, ref: SetRef, deliveryId: string, part: number): Promise<void> {
  return writing(database, ref, async (client) => void (await client.query(
    `update newsletter_parts set state = 'open', job = null, attempt = attempt + 1 where delivery_id = $1 and part = $2 and state = 'under way'`, [deliveryId, part])));
}

/** Notes how each person of a request ended; the same end twice is the same. */
export function endPart(database: Database, ref: SetRef, deliveryId: string, part: number, end: PartEnd): Promise<void> {
  return writing(database, ref, async (client) => {
    await client.query({
      name: 'end-newsletter-part',
      text: `update newsletter_people p set state = coalesce(r.why, 'added'), says = coalesce(r.says, case when a.email is null then null else 'was on the list already' end)
             from newsletter_people same
             left join unnest($3::text[], $4::text[], $5::text[]) as r (email, why, says) on r.email = same.email
             left join unnest($6::text[]) as a (email) on a.email = same.email
             where same.delivery_id = $1 and same.part = $2 and p.delivery_id = $1 and p.record_id = same.record_id`,
      values: [deliveryId, part, ...columns(end)],
    });
    await client.query(`update newsletter_parts set state = 'done', unnamed = $3 where delivery_id = $1 and part = $2`, [deliveryId, part, end.unnamed]);
  });
}

/** Notes a page of those whom the tool has on its list, and where the next one begins. */
export function noteStandings(
  database: Database, ref: SetRef, deliveryId: string,
  page: { readonly from: string | undefined; readonly members: readonly { readonly email: string; readonly unsubscribed: boolean }[]; readonly next: string | undefined },
): Promise<void> {
  const { from, members, next } = page;
  return writing(database, ref, async (client) => {
    const { rowCount } = await client.query(
      'update newsletters set walk = $3, is_walked = $3::text is null where delivery_id = $1 and walk is not distinct from $2::text and not is_walked', [deliveryId, from ?? null, next ?? null]);
    if (rowCount === 0) return;
    await client.query({
      name: 'note-newsletter-standings',
      text: `update newsletter_people p set seen = true, state = case when m.unsubscribed then 'unsubscribed' else p.state end,
               says = case when m.unsubscribed then 'has unsubscribed in the tool, or mails to them came back' else p.says end
             from unnest($2::text[], $3::boolean[]) as m (email, unsubscribed) where p.delivery_id = $1 and p.email = m.email and p.state = 'added'`,
      values: [deliveryId, members.map(({ email }) => email), members.map(({ unsubscribed }) => unsubscribed)],
    });
    if (next !== undefined) return;
    // The tool said how many it refused and not whom: they are those who are not on its list.
    await client.query(
      `update newsletter_people p set state = 'refused', says = 'the tool did not take the address' where delivery_id = $1 and state = 'added' and not seen
         and exists (select 1 from newsletter_parts n where n.delivery_id = $1 and n.part = p.part and n.unnamed > 0)`, [deliveryId]);
  });
}

/** How many people ended how. */
export async function peopleCounts(database: Database, deliveryId: string): Promise<Readonly<Partial<Record<PersonState, number>>>> {
  const { rows } = await database.pool.query<{ state: PersonState; count: number }>('select state, count(*) as count from newsletter_people where delivery_id = $1 group by state', [deliveryId]);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** The first people of each state that is not `added` or `listed`, for words. */
export async function droppedPeople(database: Database, deliveryId: string, most: number): Promise<ReadonlyMap<PersonState, readonly string[]>> {
  const { rows } = await database.pool.query<{ state: PersonState; names: string[] }>(
    `select state, array_agg(name order by record_id) as names from (
       select state, name, record_id, row_number() over (partition by state order by record_id) as nth from newsletter_people where delivery_id = $1 and state not in ('added', 'listed')) n
     where nth <= $2 group by state`, [deliveryId, most]);
  return new Map(rows.map(({ state, names }) => [state, names]));
}

/** One person of a newsletter, for people to read. */
export interface Recipient {
  readonly recordId: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly state: PersonState;
  readonly says: string | undefined;
}

/** Everybody a newsletter's event was about and how they ended, page by page in the order of ids. */
export async function recipientsOf(database: Database, eventId: string, after: string | undefined, limit: number): Promise<readonly Recipient[]> {
  const { rows } = await database.pool.query<{ record_id: string; name: string; email: string | null; state: PersonState; says: string | null }>(
    `select p.record_id, p.name, p.email, p.state, p.says from deliveries d join newsletter_people p on p.delivery_id = d.id
     where d.event_id = $1 and p.record_id > $2 order by p.record_id limit $3`, [eventId, after ?? '', limit]);
  return rows.map((row) => ({ recordId: row.record_id, name: row.name, email: row.email ?? undefined, state: row.state, says: row.says ?? undefined }));
}

function columns({ refused, already }: PartEnd): readonly unknown[] {
  return [refused.map(({ email }) => email), refused.map(({ why }) => why), refused.map(({ says }) => says), already];
}
