import type { CounterpartObject, CounterpartPage, CounterpartRecord } from '../counterpart.ts';
import type { ChangesPage } from '../counterpart.ts';
import type { CallContext } from './call.ts';
import type { TwentyClient } from './index.ts';
import type { WritableObject } from './objects.ts';
import { wholly } from './objects.ts';
import { valueAt } from './paths.ts';
import type { TwentyFields, TwentyRecord } from './records.ts';

/** Read again each time: a change is dated when its transaction begins and seen when it is committed. */
const OVERLAP_MS = 120_000;
/** What is dated this shortly before the reading began may not have been committed yet: Twenty ends a statement after ten seconds. */
const SLACK_MS = 15_000;
/** A reading ends so far behind its own beginning, however fast records go on changing. */
const RUN_ON_MS = 60_000;
const BATCHES_A_PAGE = 5;

/** How far reading the changes has come; in the middle of a reading with where it began and goes on. Instants are ISO 8601, by Twenty's clock. */
interface Cursor {
  readonly from: string;
  readonly began?: string;
  readonly after?: string;
}

/** What changed by `updatedAt`, the trash included. Nobody tells what was destroyed: that is found by a complete read. */
export async function readChanges(client: TwentyClient, object: CounterpartObject, cursor: string | undefined, ctx: CallContext): Promise<ChangesPage> {
  if (cursor === undefined) {
    const { askedAt } = await client.changes.changedSince(object.name, [], new Date(Date.now() + OVERLAP_MS).toISOString(), undefined, ctx);
    return { records: [], gone: [], cursor: ended(clock(askedAt)), more: false };
  }
  const at = JSON.parse(cursor) as Cursor;
  const from = new Date(Date.parse(at.from) - OVERLAP_MS).toISOString();
  const page = await client.changes.changedSince(object.name, headsOf(object), from, at.after, ctx);
  const began = at.began ?? clock(page.askedAt);
  const isFar = Date.parse(page.records.at(-1)?.updatedAt ?? began) > Date.parse(began) + RUN_ON_MS;
  const more = page.next !== undefined && !isFar;
  const next: Cursor = { from: at.from, began, after: page.next };
  return { records: page.records.map((record) => recordOf(record, object)), gone: [], cursor: more ? JSON.stringify(next) : ended(began), more };
}

/** A page of a thousand records in the order of their ids, the trash included. */
export async function readAll(client: TwentyClient, object: CounterpartObject, cursor: string | undefined, ctx: CallContext): Promise<CounterpartPage> {
  // Without ids this makes no call; it refuses a field that somebody deleted, which would read as if it had been emptied everywhere.
  await client.findByIds(object.name as WritableObject, [], ctx, wanted(object));
  const page = await client.changes.all(object.name, headsOf(object), cursor, ctx, BATCHES_A_PAGE);
  return { records: page.records.map((record) => recordOf(record, object)), next: page.next };
}

/** `updatedAt` is renewed by every write, so that it serves as the version. */
export function recordOf(record: TwentyFields & Pick<TwentyRecord, 'id' | 'updatedAt'>, object: CounterpartObject): CounterpartRecord {
  const { id, updatedAt } = record;
  const deletedAt = record['deletedAt'];
  return {
    id, version: updatedAt, changedAtMs: Date.parse(updatedAt), archived: typeof deletedAt === 'string' && deletedAt !== '',
    fields: Object.fromEntries(object.fields.map((path) => [path, valueAt(record, path)])),
  };
}

/** The fields to ask for, composites whole. */
export function wanted(object: CounterpartObject): readonly string[] {
  return headsOf(object).map(wholly);
}

function headsOf({ fields }: CounterpartObject): readonly string[] {
  return [...new Set(fields.map((path) => path.split('.')[0]!))];
}

function ended(began: string): string {
  return JSON.stringify({ from: new Date(Date.parse(began) - SLACK_MS).toISOString() } satisfies Cursor);
}

/** What the server's clock had reached at least when it was asked; ours less two minutes when it does not tell. */
function clock(askedAt: string | undefined): string {
  return askedAt ?? new Date(Date.now() - OVERLAP_MS).toISOString();
}
