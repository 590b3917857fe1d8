import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** A person in a sequence of a tool. */
export interface Enrolment {
  readonly personId: string;
  /** The tool's own id of the sequence. */
  readonly sequence: string;
  /** What people call it. */
  readonly name: string;
  /** The address that was enrolled, lower case. */
  readonly email: string;
  /** The tool's own id of the lead. */
  readonly leadId?: string;
  /** `begun` before the tool has said anything. */
  readonly state: string;
  readonly rank: number;
  readonly stateAt: Date;
  readonly begunAt: Date;
  /** The state is not in Twenty yet. */
  readonly owed: boolean;
  /** The follow-up task in Twenty. */
  readonly taskId?: string;
  /** The rank up to which the follow-up task tells what happened. */
  readonly notedRank: number;
  /** All that belongs to the enrolment has been done. */
  readonly settled: boolean;
}

/** The enrolments of people, the newest last. */
export async function enrolmentsOf(database: Database, integration: string, personIds: readonly string[]): Promise<readonly Enrolment[]> {
  const { rows } = await database.pool.query<Row>({
    name: 'enrolments-of',
    text: `select ${COLUMNS} from sequence_enrolments where integration = $1 and person_id = any($2::text[]) order by begun_at, sequence`,
    values: [integration, personIds],
  });
  return rows.map(enrolment);
}

/** The enrolments that a tool's news may be about, found by its id of the lead or by the address; the newest last. */
export async function enrolmentsByLead(database: Database, integration: string, leads: { readonly leadIds: readonly string[]; readonly emails: readonly string[] }): Promise<readonly Enrolment[]> {
  const { rows } = await database.pool.query<Row>({
    name: 'enrolments-by-lead',
    text: `select ${COLUMNS} from sequence_enrolments where integration = $1 and (lead_id = any($2::text[]) or email = any($3::text[])) order by begun_at, sequence`,
    values: [integration, leads.leadIds, leads.emails],
  });
  return rows.map(enrolment);
}

/** Notes enrolments that are about to be sent, so that news finds them whatever happens; those that are there stay as they are. */
export async function beginEnrolments(database: Database, ref: SetRef, integration: string, begun: readonly Pick<Enrolment, 'personId' | 'sequence' | 'name' | 'email'>[]): Promise<void> {
  if (begun.length === 0) return;
  const all = ordered(begun);
  await database.pool.query({
    name: 'begin-enrolments',
    text: `insert into sequence_enrolments (integration, person_id, sequence, name, email, state, rank)
             select $3, t.*, 'begun', 0 from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as t where ${OPEN_SET}
           on conflict (integration, person_id, sequence) do nothing`,
    values: [ref.setId, ref.epoch, integration, all.map((one) => one.personId), all.map((one) => one.sequence), all.map((one) => one.name), all.map((one) => one.email)],
  });
}

/** Forgets enrolments that the tool has refused: the next attempt begins anew. */
export async function dropEnrolments(database: Database, ref: SetRef, integration: string, refused: readonly Pick<Enrolment, 'personId' | 'sequence'>[]): Promise<void> {
  if (refused.length === 0) return;
  await database.pool.query({
    name: 'drop-enrolments',
    text: `delete from sequence_enrolments e using unnest($4::text[], $5::text[]) as t (person_id, sequence)
           where e.integration = $3 and e.person_id = t.person_id and e.sequence = t.sequence and e.state = 'begun' and ${OPEN_SET}`,
    values: [ref.setId, ref.epoch, integration, refused.map((one) => one.personId), refused.map((one) => one.sequence)],
  });
}

/** A state that an enrolment has come to. */
export interface EnrolmentNews extends Pick<Enrolment, 'personId' | 'sequence' | 'name' | 'email' | 'state' | 'rank'> {
  readonly leadId?: string;
  /** When it came to it; now, unless said. */
  readonly at?: Date;
}

/**
 * Notes states: each enrolment keeps the one of the highest rank, in whatever order they come, and owes it to Twenty when it is new.
 * An enrolment that is not known is made: somebody was enrolled in the tool itself.
 */
export async function noteStates(database: Database, ref: SetRef, integration: string, news: readonly EnrolmentNews[]): Promise<void> {
  const highest = new Map<string, EnrolmentNews>();
  for (const one of news) {
    const key = JSON.stringify([one.personId, one.sequence]);
    const known = highest.get(key);
    if (known === undefined || one.rank > known.rank) highest.set(key, { ...one, ...(one.leadId === undefined && known?.leadId !== undefined ? { leadId: known.leadId } : {}) });
  }
  const all = ordered([...highest.values()]);
  if (all.length === 0) return;
  await database.pool.query({
    name: 'note-sequence-states',
    text: `insert into sequence_enrolments as e (integration, person_id, sequence, name, email, lead_id, state, rank, state_at, owed, settled)
             select $3, t.person_id, t.sequence, t.name, t.email, t.lead_id, t.state, t.rank, coalesce(t.at, clock_timestamp()), true, true
             from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::smallint[], $11::timestamptz[])
               as t (person_id, sequence, name, email, lead_id, state, rank, at)
             where ${OPEN_SET}
           on conflict (integration, person_id, sequence) do update set
             lead_id = coalesce(e.lead_id, excluded.lead_id),
             state = case when excluded.rank > e.rank then excluded.state else e.state end,
             state_at = case when excluded.rank > e.rank then excluded.state_at else e.state_at end,
             owed = e.owed or excluded.rank > e.rank,
             rank = greatest(e.rank, excluded.rank)`,
    values: [
      ref.setId, ref.epoch, integration, all.map((one) => one.personId), all.map((one) => one.sequence), all.map((one) => one.name), all.map((one) => one.email),
      all.map((one) => one.leadId), all.map((one) => one.state), all.map((one) => one.rank), all.map((one) => one.at),
    ],
  });
}

/** Notes that these states are in Twenty, or never can be; one that has moved on since is owed still. */
export async function markWritten(database: Database, integration: string, written: readonly Pick<Enrolment, 'personId' | 'sequence' | 'rank'>[]): Promise<void> {
  if (written.length === 0) return;
  await database.pool.query({
    name: 'mark-sequence-written',
    text: `update sequence_enrolments e set owed = false from unnest($2::text[], $3::text[], $4::smallint[]) as t (person_id, sequence, rank)
           where e.integration = $1 and e.person_id = t.person_id and e.sequence = t.sequence and e.rank = t.rank`,
    values: [integration, written.map((one) => one.personId), written.map((one) => one.sequence), written.map((one) => one.rank)],
  });
}

/** Notes that all that belongs to these enrolments has been done. */
export async function markSettled(database: Database, integration: string, done: readonly Pick<Enrolment, 'personId' | 'sequence'>[]): Promise<void> {
  if (done.length === 0) return;
  await database.pool.query({
    name: 'mark-sequence-settled',
    text: `update sequence_enrolments e set settled = true from unnest($2::text[], $3::text[]) as t (person_id, sequence)
           where e.integration = $1 and e.person_id = t.person_id and e.sequence = t.sequence and not e.settled`,
    values: [integration, done.map((one) => one.personId), done.map((one) => one.sequence)],
  });
}

/** Notes the follow-up task of enrolments. */
export async function keepTasks(database: Database, integration: string, tasks: readonly (Pick<Enrolment, 'personId' | 'sequence'> & { readonly taskId: string })[]): Promise<void> {
  if (tasks.length === 0) return;
  await database.pool.query({
    name: 'keep-sequence-tasks',
    text: `update sequence_enrolments e set task_id = t.task_id from unnest($2::text[], $3::text[], $4::text[]) as t (person_id, sequence, task_id)
           where e.integration = $1 and e.person_id = t.person_id and e.sequence = t.sequence`,
    values: [integration, tasks.map((one) => one.personId), tasks.map((one) => one.sequence), tasks.map((one) => one.taskId)],
  });
}

/** Notes up to which state follow-up tasks tell what happened. */
export async function markNoted(database: Database, integration: string, noted: readonly Pick<Enrolment, 'personId' | 'sequence' | 'rank'>[]): Promise<void> {
  if (noted.length === 0) return;
  await database.pool.query({
    name: 'mark-sequence-noted',
    text: `update sequence_enrolments e set noted_rank = greatest(e.noted_rank, t.rank) from unnest($2::text[], $3::text[], $4::smallint[]) as t (person_id, sequence, rank)
           where e.integration = $1 and e.person_id = t.person_id and e.sequence = t.sequence`,
    values: [integration, noted.map((one) => one.personId), noted.map((one) => one.sequence), noted.map((one) => one.rank)],
  });
}

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;
const COLUMNS = 'person_id, sequence, name, email, lead_id, state, rank, state_at, begun_at, owed, task_id, noted_rank, settled';

interface Row {
  readonly person_id: string;
  readonly sequence: string;
  readonly name: string;
  readonly email: string;
  readonly lead_id: string | null;
  readonly state: string;
  readonly rank: number;
  readonly state_at: Date;
  readonly begun_at: Date;
  readonly owed: boolean;
  readonly task_id: string | null;
  readonly noted_rank: number;
  readonly settled: boolean;
}

function enrolment(row: Row): Enrolment {
  const { name, email, sequence, state, rank, owed, settled } = row;
  return {
    personId: row.person_id, sequence, name, email, state, rank, owed, settled, stateAt: row.state_at, begunAt: row.begun_at, notedRank: row.noted_rank,
    ...(row.lead_id === null ? {} : { leadId: row.lead_id }), ...(row.task_id === null ? {} : { taskId: row.task_id }),
  };
}

/** Rows are always locked in one order. */
function ordered<E extends Pick<Enrolment, 'personId' | 'sequence'>>(all: readonly E[]): readonly E[] {
  return all.toSorted((a, b) => (a.personId < b.personId || (a.personId === b.personId && a.sequence < b.sequence) ? -1 : 1));
}
