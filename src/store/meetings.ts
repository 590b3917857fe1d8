import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** The note that was made of a meeting. */
export interface MeetingNote {
  readonly noteId: string;
  /** Of the text that was written last. */
  readonly hash: string;
}

/** The notes of these meetings, by the meeting's id. */
export async function meetingNotes(database: Database, integration: string, meetingIds: readonly string[]): Promise<ReadonlyMap<string, MeetingNote>> {
  const { rows } = await database.pool.query<{ meeting_id: string; note_id: string; note_hash: string }>({
    name: 'meeting-notes',
    text: 'select meeting_id, note_id, note_hash from meetings where integration = $1 and meeting_id = any($2::text[])',
    values: [integration, meetingIds],
  });
  return new Map(rows.map(({ meeting_id, note_id, note_hash }) => [meeting_id, { noteId: note_id, hash: note_hash }]));
}

/** Keeps which notes were written and with what; nothing when the set's epoch is over. */
export async function keepMeetingNotes(database: Database, ref: SetRef, integration: string, notes: ReadonlyMap<string, MeetingNote>): Promise<void> {
  const all = [...notes].sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return;
  await database.pool.query({
    name: 'keep-meeting-notes',
    text: `insert into meetings (integration, meeting_id, note_id, note_hash)
             select $3, t.* from unnest($4::text[], $5::text[], $6::text[]) as t
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict (integration, meeting_id) do update set note_id = excluded.note_id, note_hash = excluded.note_hash, written_at = clock_timestamp()`,
    values: [ref.setId, ref.epoch, integration, all.map(([id]) => id), all.map(([, { noteId }]) => noteId), all.map(([, { hash }]) => hash)],
  });
}

/** What an earlier event told of a meeting, as its run kept it. */
interface EarlierNews<T> {
  readonly meetingId: string;
  readonly data: T;
}

/**
 * What runs kept of earlier events of these meetings, the oldest first, without those of the set itself; the lane of an event is its
 * meeting. What retention has removed is not found.
 */
export async function earlierNews<T>(database: Database, ref: SetRef, integration: string, meetingIds: readonly string[]): Promise<readonly EarlierNews<T>[]> {
  const { rows } = await database.pool.query<{ meeting_id: string; data: T }>({
    name: 'earlier-news',
    // By the small indexes of deliveries that are about no record and have ended; the inbox itself is never walked.
    text: `select l.key as meeting_id, i.data from unnest($3::text[]) as m (key)
           join lanes l on l.integration = $2 and l.key = m.key
           cross join lateral (
             select id, set_id, seq from deliveries where lane_id = l.id and state = 'succeeded' and record_id is null
             union all select id, set_id, seq from deliveries where lane_id = l.id and state = 'skipped' and record_id is null
             union all select id, set_id, seq from deliveries where integration = $2 and state in ('waiting', 'held', 'failed') and lane_id = l.id
           ) d
           join items i on i.set_id = d.set_id and i.delivery_id = d.id
           where d.set_id <> $1 order by d.seq`,
    values: [ref.setId, integration, meetingIds],
  });
  return rows.map(({ meeting_id, data }) => ({ meetingId: meeting_id, data }));
}
