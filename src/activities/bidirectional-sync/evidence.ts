import { readRecordEvent } from '../../domain/record-event.ts';
import type { RunInput } from '../../domain/run.ts';
import type { ClaimedDelivery } from '../../store/items.ts';
import type { StoredLink } from '../../store/links.ts';
import { coveredEvents } from '../../store/superseded.ts';
import type { SeenState } from '../../workflows/bidirectional-sync/overwritten.ts';
import type { BidirectionalSyncSettings } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { readTwentyRecord, valueAt } from './fields.ts';

/** Writes older than this are believed to have covered nothing: webhooks are late by minutes at most. */
export const WITNESS_MS = 3_600_000;

/** A delivery of a pair that a write of ours may have covered an edit of. */
export interface Witness {
  readonly delivery: ClaimedDelivery;
  readonly link: StoredLink;
}

/** What record events say of pairs that were written to lately, those that a newer event has superseded included; by delivery. */
export async function evidenceOf(deps: ActivityDeps, run: RunInput, settings: BidirectionalSyncSettings, all: readonly Witness[]): Promise<ReadonlyMap<string, readonly SeenState[]>> {
  const witnesses = all.filter(({ link }) => link.pending !== undefined || link.written.some(({ atMs }) => atMs > Date.now() - WITNESS_MS));
  const covered = await coveredEvents(deps.database, run, witnesses.map(({ delivery }) => delivery.deliveryId), Date.now() - WITNESS_MS);
  const events = [...covered, ...witnesses.filter(({ delivery }) => delivery.action !== undefined).map(({ delivery }) => delivery)];
  const told = witnesses.filter(({ delivery }) => delivery.source === `hook:${run.integration}`).map((witness) => [witness.delivery.deliveryId, toldTo(witness, settings)] as const);
  return new Map([...told, ...[...Map.groupBy(events, ({ deliveryId }) => deliveryId)].map(([id, own]) => [id, own.flatMap((event) => seenIn(event, settings))] as const)]);
}

/** What a webhook of the other side tells value by value. */
function toldTo({ delivery, link }: Witness, { external, fields }: BidirectionalSyncSettings): readonly SeenState[] {
  if (external.webhooks?.edits === undefined || delivery.body.length === 0) return [];
  return external.webhooks.edits(delivery.body).filter(({ id }) => id === link.externalId).flatMap(({ field, value, atMs }) =>
    Object.entries(fields).filter(([, own]) => own.external === field).map(([name]): SeenState => ({ side: 'external', atMs, values: { [name]: value } })));
}

/** The state that a webhook of either Twenty workspace tells. */
function seenIn({ source, body }: { readonly source: string; readonly body: Uint8Array }, settings: BidirectionalSyncSettings): readonly SeenState[] {
  const { twenty, external } = settings.workspaces ?? {};
  const side = source === `twenty:${twenty ?? ''}` ? 'twenty' : source === `twenty:${external ?? ''}` ? 'external' : undefined;
  if (side === undefined || body.length === 0) return [];
  const event = readRecordEvent(JSON.parse(Buffer.from(body).toString('utf8')));
  if (event === undefined || 'path' in event) return [];
  // Both sides are records of Twenty here; only the names of the fields are each side's own.
  const { changedAtMs, changedBy, values } = readTwentyRecord(event.record, settings);
  const own = side === 'twenty' ? values : Object.fromEntries(Object.entries(settings.fields).map(([name, field]) => [name, valueAt(event.record, field.external)]));
  return [{ side, atMs: changedAtMs!, by: changedBy, values: own }];
}
