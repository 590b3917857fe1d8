import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { ChangesPage, CounterpartPage } from '../counterpart.ts';
import { type PagePlace, valueAt } from '../generic/pages.ts';
import { type Asking, listPage, winnerOf } from './reads.ts';
import { idOf, isFilled, recordOf, SERVICE } from './records.ts';
import type { ListInput, ListRequest, Resource } from './settings.ts';

/** How far the reading of changes has come. Times in milliseconds since 1970, those of the API by its own clock. */
const Mark = z.strictObject({
  /** Changes from this moment on are asked for. */
  since: z.number(),
  /** In the middle of a walk: when it began, the page to go on with, and when that was named, by our clock. */
  began: z.number().optional(),
  place: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  namedAt: z.number().optional(),
  /** Something changed while numbered pages were walked, so that a record may have moved to a page that was read already. */
  moved: z.literal(true).optional(),
});
type Mark = z.output<typeof Mark>;

/** A page that was named longer ago than this may have expired; one that is refused sooner is a mistake. */
const EXPIRES_MS = 60_000;

/**
 * What changed since the cursor. When a walk has come to its end, the next one begins with what changed since this one began, by the API's clock,
 * and the overlap before: nothing that was committed late is lost, and what is at rest comes again for the time of the overlap only.
 */
export async function changesSince(asking: Asking, cursor: string | undefined): Promise<ChangesPage> {
  const { resource, object } = asking;
  const { changes } = resource;
  const overlapMs = changes.overlapSeconds * 1000;
  const mark = cursor === undefined ? { since: Date.now() - overlapMs } : markOf(cursor);
  const page = await listPage(asking, changes, sinceInput(object.name, mark.since), mark.place).catch((error: unknown) => {
    if (mark.place === undefined || !isRejected(error) || Date.now() - (mark.namedAt ?? 0) < EXPIRES_MS) throw error;
    return undefined;
  });
  // The page is no longer known: the walk begins anew.
  if (page === undefined) return { records: [], gone: [], cursor: JSON.stringify({ since: mark.since } satisfies Mark), more: true };
  // Asked for the clock alone: what there is counts from now on.
  if (cursor === undefined) return { records: [], gone: [], cursor: JSON.stringify({ since: page.atMs - overlapMs } satisfies Mark), more: false };

  const records = page.items.filter((raw) => !isGone(resource, raw)).map((raw) => recordOf(resource, object, raw));
  const gone = page.items.filter((raw) => isGone(resource, raw)).flatMap((raw) => idOf(resource, raw) ?? []);
  const began = mark.began ?? page.atMs;
  const isNumbered = changes.pages?.by === 'page' || changes.pages?.by === 'offset';
  const moved = isNumbered && (mark.moved === true || records.some(({ changedAtMs }) => changedAtMs !== undefined && changedAtMs >= began));
  if (page.next !== undefined) {
    const next: Mark = { since: mark.since, began, place: page.next, namedAt: Date.now(), ...(moved ? { moved } : {}) };
    return { records, gone, cursor: JSON.stringify(next), more: true };
  }
  const readAgain = moved && mark.place !== undefined;
  return { records, gone, cursor: JSON.stringify({ since: readAgain ? mark.since : Math.max(mark.since, began - overlapMs) } satisfies Mark), more: false };
}

/** A page of all records, with those left out that stand for others or are gone. */
export async function allRecords(asking: Asking, cursor: string | undefined): Promise<CounterpartPage> {
  const { resource, object } = asking;
  const place = cursor === undefined ? undefined : (JSON.parse(cursor) as PagePlace);
  const { items, next } = await listPage(asking, listOfAll(resource), { object: object.name }, place);
  return { records: living(resource, items).map((raw) => recordOf(resource, object, raw)), next: next === undefined ? undefined : JSON.stringify(next) };
}

export function listOfAll({ all, changes }: Resource): ListRequest<ListInput> {
  return all ?? changes;
}

/** Records that stand for themselves, and are there. */
export function living(resource: Resource, items: readonly unknown[]): readonly unknown[] {
  return items.filter((raw) => winnerOf(resource, raw) === undefined && !isGone(resource, raw));
}

function isGone({ gone }: Resource, raw: unknown): boolean {
  return gone !== undefined && isFilled(valueAt(SERVICE, gone, raw));
}

function sinceInput(object: string, sinceMs: number): ListInput {
  return { object, since: new Date(sinceMs).toISOString(), sinceSeconds: Math.floor(sinceMs / 1000), sinceMs };
}

function markOf(cursor: string): Mark {
  const mark = Mark.safeParse(safeJson(cursor));
  if (!mark.success) throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: the place up to which changes were read is of another connection; carry out the first load anew`);
  return mark.data;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRejected(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind === 'rejected';
}
