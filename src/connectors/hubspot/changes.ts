import { ConnectorError } from '../../domain/failure.ts';
import type { ChangesPage, CounterpartObject } from '../counterpart.ts';
import type { ToolCall } from '../tool.ts';
import { type Api, SERVICE } from './api.ts';
import { modifiedProperty } from './objects.ts';
import { changedAtOf, type CrmRecord, recordOf } from './records.ts';
import { PAGE, search } from './search.ts';

/** Times are milliseconds since 1970. */
interface Place {
  /** Everything up to and including this time is read. */
  readonly after: number;
  /** When this walk began, by HubSpot's clock; undefined between walks. */
  readonly began?: number;
  /** More changed in one moment than a page holds: of those the ids up to this one are read. */
  readonly tie?: { readonly at: number; readonly id: string };
}

/**
 * What changed, in the order of the changes. Each page is a search of its own behind the time of the last, so that neither the limit of
 * 10,000 results nor a record that changes meanwhile loses another: offsets would move. What shares its moment with the end of a full page
 * is left to the next one, which reads that moment as a whole. After the last page the place goes back behind what the search may not know of yet.
 */
export async function readChangedSince(api: Api, object: CounterpartObject, cursor: string | undefined, call: ToolCall): Promise<ChangesPage> {
  // The moment itself is not over yet.
  const behind = (atMs: number): Place => ({ after: Math.max(atMs - api.settings.searchLagSeconds * 1000 - 1, 0) });
  const modified = modifiedProperty(object.name);
  if (cursor === undefined) {
    const { atMs } = await search(api, object, { filterGroups: [{ filters: [{ propertyName: modified, operator: 'GT', value: String(Date.now()) }] }] }, call);
    return { records: [], gone: [], cursor: text(behind(atMs)), more: false };
  }
  const place = JSON.parse(cursor) as Place;
  const page = await search(api, object, place.tie === undefined ? since(modified, place.after) : within(modified, place.tie), call);
  const began = place.began ?? page.atMs;
  const on = (records: readonly CrmRecord[], next: Omit<Place, 'began'>): ChangesPage => ({ records: records.map((record) => recordOf(object, record)), gone: [], cursor: text({ ...next, began }), more: true });
  const isFull = page.records.length > 0 && (page.after !== undefined || page.records.length >= PAGE);

  if (place.tie !== undefined) return on(page.records, isFull ? { after: place.after, tie: { at: place.tie.at, id: page.records.at(-1)!.id } } : { after: place.tie.at });
  if (!isFull) return { records: page.records.map((record) => recordOf(object, record)), gone: [], cursor: text(behind(began)), more: false };
  const end = timeOf(object, page.records.at(-1)!);
  const whole = page.records.filter((record) => timeOf(object, record) < end);
  return whole.length > 0 ? on(whole, { after: timeOf(object, whole.at(-1)!) }) : on([], { after: place.after, tie: { at: end, id: '0' } });
}

function since(modified: string, after: number) {
  return { filterGroups: [{ filters: [{ propertyName: modified, operator: 'GT', value: String(after) }] }], sortBy: modified } as const;
}

function within(modified: string, { at, id }: NonNullable<Place['tie']>) {
  const value = String(at);
  return {
    filterGroups: [{ filters: [{ propertyName: modified, operator: 'GTE', value }, { propertyName: modified, operator: 'LTE', value }, { propertyName: 'hs_object_id', operator: 'GT', value: id }] }],
    sortBy: 'hs_object_id',
  } as const;
}

function timeOf({ name }: CounterpartObject, record: CrmRecord): number {
  const at = changedAtOf(name, record);
  if (Number.isNaN(at)) throw new ConnectorError(SERVICE, 'malformed', `hubspot: ${name} ${record.id} came without the time of its last change`);
  return at;
}

function text(place: Place): string {
  return JSON.stringify(place);
}
