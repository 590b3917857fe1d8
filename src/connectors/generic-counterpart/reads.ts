import { ConnectorError } from '../../domain/failure.ts';
import type { CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import type { GenericClient } from '../generic/client.ts';
import { atPage, nextPage, type PageInput, pageInput, type PagePlace, valueAt } from '../generic/pages.ts';
import type { HttpAnswer } from '../http/client.ts';
import type { ToolCall } from '../tool.ts';
import { idOf, isFilled, malformed, type Raw, rawOf, recordOf, SERVICE } from './records.ts';
import type { GetInput, ListRequest, Request, Resource } from './settings.ts';

/** An object of the API, with all that is needed to ask for it. */
export interface Asking {
  readonly client: GenericClient;
  readonly base: string;
  readonly resource: Resource;
  readonly object: CounterpartObject;
  readonly call: ToolCall;
}

export interface ListPage {
  readonly items: readonly unknown[];
  readonly next: PagePlace | undefined;
  /** When it was answered by the API's own clock, which RFC 9110 has it say; by ours when it does not. Milliseconds since 1970. */
  readonly atMs: number;
}

/** A record that was asked for by its id. */
export interface OneRecord {
  readonly raw: Raw;
  readonly record: CounterpartRecord;
  /** Of the answer, where it has one. */
  readonly etag: string | undefined;
}

/** What the API says when there is no such record. */
export const GONE: readonly number[] = [404, 410];

/** The calls that follow another one of the same step: they wait where they are. */
export function later(call: ToolCall): ToolCall {
  return { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) };
}

/** One page of a list. `none`: statuses that mean that there is nothing; of a list of all records a 404 is a wrong address, and no news of deletes. */
export async function listPage<I extends PageInput>({ client, base, call }: Asking, request: ListRequest<I>, input: I, place: PagePlace | undefined, none: readonly number[] = []): Promise<ListPage> {
  const asked = atPage<I, ListRequest<I>>(SERVICE, request, request.pages, base, place);
  const answer = await client.fetch(asked, { ...input, ...pageInput(request.pages, place) }, call, { headers: request.headers, answers: none });
  const saidAtMs = Date.parse(answer.headers['date'] ?? '');
  const atMs = Number.isNaN(saidAtMs) ? Date.now() : saidAtMs;
  if (none.includes(answer.status)) return { items: [], next: undefined, atMs };
  const json = jsonOf(answer);
  const items = request.items === undefined ? json : valueAt(SERVICE, request.items, json);
  if (!Array.isArray(items)) throw malformed(`${request.items === undefined ? 'the answer' : `“${request.items}”`} is no list of records`);
  return { items, next: nextPage(SERVICE, request.pages, base, place, answer, json, items.length), atMs };
}

/** The whole list, page by page. */
export async function wholeList<I extends PageInput>(asking: Asking, request: ListRequest<I>, input: I, none?: readonly number[]): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let place: PagePlace | undefined, { call } = asking; ; call = later(asking.call)) {
    const page = await listPage({ ...asking, call }, request, input, place, none);
    items.push(...page.items);
    if (page.next === undefined) return items;
    place = page.next;
  }
}

/** The record of an id as it is now; undefined when there is none. Of one that was merged into another, that one. */
export async function one(asking: Asking, id: string, hops = MAX_MERGES): Promise<OneRecord | undefined> {
  const { client, resource, object, call } = asking;
  const { get } = resource;
  if (get.atOnce > 1) {
    const raw = (await many(asking, [id])).find((item) => idOf(resource, item) === id);
    return raw === undefined ? undefined : seen(asking, id, raw, undefined, hops);
  }
  const answer = await client.fetch<GetInput>(get, { object: object.name, id, ids: [id] }, call, { headers: get.headers, answers: GONE });
  return GONE.includes(answer.status) ? undefined : seen(asking, id, readAt(get, jsonOf(answer)), answer, hops);
}

/** Records by their ids in one request, as the API gives them. */
export function many(asking: Asking, ids: readonly string[]): Promise<readonly unknown[]> {
  return wholeList<GetInput & PageInput>(asking, asking.resource.get, { object: asking.object.name, id: ids[0]!, ids }, GONE);
}

/** A record that was asked for by its id as it came, or the one that it was merged into. */
export async function seen(asking: Asking, id: string, raw: unknown, answer: HttpAnswer | undefined, hops = MAX_MERGES): Promise<OneRecord | undefined> {
  const { resource, object, call } = asking;
  const winner = winnerOf(resource, raw);
  if (winner !== undefined) {
    const merged = hops === 0 ? undefined : await one({ ...asking, call: later(call) }, winner, hops - 1);
    return merged === undefined ? undefined : { ...merged, record: { ...merged.record, mergedFrom: id } };
  }
  const record = recordOf(resource, object, raw, answer);
  return { raw: rawOf(object, raw), record: record.id === id ? record : { ...record, mergedFrom: id }, etag: answer?.headers['etag'] };
}

/** A chain of merges is followed so far. */
const MAX_MERGES = 5;

/** The id of the record that this one was merged into; undefined when it stands for itself. */
export function winnerOf(resource: Resource, raw: unknown): string | undefined {
  const winner = resource.mergedInto === undefined ? undefined : valueAt(SERVICE, resource.mergedInto, raw);
  return isFilled(winner) && String(winner as string) !== idOf(resource, raw) ? String(winner as string) : undefined;
}

/** What an answer holds where the request says. */
export function readAt({ answer }: Pick<Request<never>, 'answer'>, json: unknown): unknown {
  if (answer === undefined) return json;
  if (typeof answer === 'string') return valueAt(SERVICE, answer, json);
  try {
    return answer(json);
  } catch (cause) {
    throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: a function in the configuration failed: ${(cause as Error).message}`, { cause });
  }
}

export function jsonOf(answer: HttpAnswer): unknown {
  return answer.body.byteLength === 0 ? undefined : answer.json();
}
