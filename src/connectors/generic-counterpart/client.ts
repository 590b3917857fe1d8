import { ConnectorError } from '../../domain/failure.ts';
import type { Counterpart, CounterpartEnd, CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import { createGenericClient } from '../generic/client.ts';
import type { PageInput } from '../generic/pages.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { allRecords, changesSince, listOfAll, living } from './changes.ts';
import { fieldAt } from './field-paths.ts';
import { type Asking, GONE, later, many, one, seen, wholeList } from './reads.ts';
import { idOf, recordOf, SERVICE } from './records.ts';
import { type FindInput, type GenericCounterpartSettings, type Resource, resourceOf } from './settings.ts';
import { createOne, removeOne, updateOne } from './writes.ts';

/** How many values are looked for by one walk over all records. */
const AT_ONCE_BY_WALK = 200;

/** Keeps records of an API in step that is configured instead of coded. */
export const openGenericCounterpart: OpenTool<GenericCounterpartSettings> = (settings, context) => {
  const client = createGenericClient(SERVICE, settings, context);
  const asking = (object: CounterpartObject, call: ToolCall): Asking => ({ client, base: settings.url, resource: resourceOf(settings, object.name), object, call });
  const resources = [undefined, ...Object.keys(settings.objects)].map((name) => resourceOf(settings, name ?? ''));
  const counterpart: Counterpart = {
    service: SERVICE,
    atOnce: Math.max(...resources.map(mostAtOnce)),
    knowsKeys: resources.every(({ create }) => create.idempotencyHeader !== undefined),
    async get(object, ids, call) {
      const about = asking(object, call);
      const { atOnce } = about.resource.get;
      if (atOnce === 1) return (await inTurn(ids, call, (id, turn) => one({ ...about, call: turn }, id))).flatMap((found) => found?.record ?? []);
      const found: CounterpartRecord[] = [];
      for (const part of parts(ids, atOnce)) {
        const turn = { ...about, call: part[0] === ids[0] ? call : later(call) };
        for (const raw of await many(turn, part)) {
          const id = idOf(about.resource, raw);
          if (id === undefined || !part.includes(id)) continue;
          const record = (await seen(turn, id, raw, undefined))?.record;
          if (record !== undefined) found.push(record);
        }
      }
      return found;
    },
    async find(object, field, values, call) {
      const about = asking(object, call);
      const { resource } = about;
      const how = resource.find === 'walk' ? 'walk' : Object.hasOwn(resource.find, field) ? resource.find[field]! : undefined;
      if (how === undefined) throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: the configuration does not say how ${object.name} are found by ${field}. Write find: { '${field}': { query: { '${field}': '{value}' } } } in the connection, or find: 'walk'.`);
      const hits = how === 'walk'
        ? await wholeList(about, listOfAll(resource), { object: object.name })
        : (await inTurn(parts(values, how.atOnce), call, (part, turn) =>
            wholeList<FindInput & PageInput>({ ...about, call: turn }, how, { object: object.name, field, value: part[0]!, values: part }, GONE))).flat();
      const wanted = new Set(values.map(plain));
      const ids = new Map(living(resource, hits).filter((raw) => wanted.has(plain(fieldAt(raw, field)))).map((raw) => [recordOf(resource, object, raw).id, raw]));
      // A version that stands in a header comes with a record alone.
      if (typeof resource.version !== 'object') return [...ids.values()].map((raw) => recordOf(resource, object, raw));
      const known = await inTurn([...ids.keys()], later(call), (id, turn) => one({ ...about, call: turn }, id));
      return known.flatMap((found) => (found !== undefined && wanted.has(plain(found.record.fields[field])) ? [found.record] : []));
    },
    changes: (object, cursor, call) => changesSince(asking(object, call), cursor),
    all: (object, cursor, call) => allRecords(asking(object, call), cursor),
    create: (object, records, call): Promise<readonly CounterpartEnd[]> => asFarAsItGoes(records, call, (record, turn) => createOne(asking(object, turn), record)),
    update: (object, rows, call): Promise<readonly CounterpartEnd[]> => asFarAsItGoes(rows, call, (row, turn) => updateOne(asking(object, turn), row)),
    async remove(object, ids, forGood, call) {
      await inTurn(ids, call, (id, turn) => removeOne(asking(object, turn), id, forGood));
      return ids;
    },
  };
  return { counterpart };
};

function mostAtOnce({ get, find }: Resource): number {
  const searches = find === 'walk' ? ['walk' as const] : Object.values(find);
  return Math.max(get.atOnce, ...searches.map((how) => (how === 'walk' ? AT_ONCE_BY_WALK : how.atOnce)));
}

/** One after the other; all but the first are calls in the middle of the step. */
async function inTurn<T, R>(things: readonly T[], call: ToolCall, act: (thing: T, call: ToolCall) => Promise<R>): Promise<readonly R[]> {
  const ends: R[] = [];
  for (const thing of things) ends.push(await act(thing, ends.length === 0 ? call : later(call)));
  return ends;
}

/**
 * Writes one after the other. When the rate leaves no room for all of them, those that are left come back as not written and are looked at again:
 * to do all over would use up the rate for what is through already, each time.
 */
function asFarAsItGoes<T>(things: readonly T[], call: ToolCall, write: (thing: T, call: ToolCall) => Promise<CounterpartEnd>): Promise<readonly CounterpartEnd[]> {
  let written = 0;
  let isOver = false;
  return inTurn(things, call, async (thing, turn): Promise<CounterpartEnd> => {
    if (isOver) return { status: 'changed' };
    try {
      const end = await write(thing, turn);
      written += 1;
      return end;
    } catch (error) {
      if (written === 0 || !(error instanceof ConnectorError) || error.kind !== 'rate_limited') throw error;
      isOver = true;
      return { status: 'changed' };
    }
  });
}

function parts<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));
}

function plain(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim().toLowerCase() : undefined;
}
