import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Counterpart, CounterpartCreate, CounterpartEnd, CounterpartObject, CounterpartUpdate } from '../../connectors/counterpart.ts';
import { type EffectEnd, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import { externalObject, externalPatch, only, readExternalRecord, valuesForNew, writeKey, writeOf } from './fields.ts';
import { createKey } from './made-before.ts';
import { again, endPairs, loadPairs, membersOfPair, type Pair, type PairEnd, type PairItem, syncOf } from './pair-item.ts';
import { chunks } from './read-sides.ts';
import { relationsOf } from './relations.ts';

interface Change {
  readonly pair: Pair;
  readonly key: string;
  readonly summary: string;
  readonly request: CounterpartCreate | CounterpartUpdate;
}

/** Writes what the other side lacks: records that are new there, and fields that differ. Each with the version it was read in, where there is one. */
export async function writeExternalSide(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { settings } = syncOf(deps, run);
  const object = externalObject(settings);
  const tool = deps.tool('counterpart', settings.external.connection);
  const pairs = await loadPairs(deps, run);
  const { rulesFor } = await relationsOf(deps, settings, pairs.map(({ data }) => data));
  const creates = pairs.filter(({ data }) => data.make === 'external').map((pair): Change => ({
    pair, key: createKey(run, pair.key, 'external'), summary: `make a record in ${object.name}`,
    request: { key: `${run.integration}/${pair.key}`, fields: externalPatch(valuesForNew('external', pair.data.twenty!, rulesFor(pair.data)), settings) },
  }));
  const updates = pairs.filter(({ data }) => data.plan !== undefined && Object.keys(data.plan.writes.external).length > 0).map((pair): Change => {
    const writes = pair.data.plan!.writes.external;
    return {
      pair, key: writeKey(run, pair.key, 'external'), summary: `write ${Object.keys(writes).join(', ')} in ${object.name}`,
      request: { id: pair.data.externalId!, fields: externalPatch(writes, settings), version: pair.data.external?.version },
    };
  });
  if (creates.length + updates.length === 0) return { written: 0 };
  return onConnection(deps, run, settings.external.connection, async (context) => {
    let written = 0;
    for (const [n, part] of [...chunks(creates, tool.atOnce), ...chunks(updates, tool.atOnce)].entries()) {
      written += await writePart(deps, run, tool, object, part, n === 0 ? context : midway(context));
    }
    return { written };
  });
}

async function writePart(deps: ActivityDeps, run: RunInput, tool: Counterpart, object: CounterpartObject, part: readonly Change[], context: StepContext): Promise<number> {
  const { settings } = syncOf(deps, run);
  const effects = part.map(({ pair, key, summary, request }) => ({ key, summary, request, members: membersOfPair(pair), step: 'sync external', target: settings.external.connection }));
  const frozen = await freezeEffects<CounterpartCreate | CounterpartUpdate>(deps.database, run, run.integration, effects, run.dryRun);
  if (run.dryRun) return part.length;
  const found = await unheard(tool, object, part, frozen, settings, context);
  const open = part.map((change, index) => ({ change, effect: frozen[index]! })).filter(({ change, effect }) => effect.state !== 'done' && !found.has(change));
  const requests = open.map(({ effect }) => (isCreate(effect.request) ? { ...effect.request, key: `${effect.request.key}/${String(effect.generation)}` } : effect.request));
  const ends = requests.length === 0 ? [] : isCreate(requests[0]!)
    ? await tool.create(object, requests as readonly CounterpartCreate[], context)
    : await tool.update(object, requests as readonly CounterpartUpdate[], context);
  open.forEach(({ change }, index) => found.set(change, ends[index]!));
  const fresh = part.filter((change) => found.has(change));
  await finishEffects(deps.database, run, fresh.map((change): EffectEnd => effectEnd(change.key, found.get(change)!)), fresh.flatMap((change) => patchOf(change, found.get(change)!, settings)));
  await endPairs(deps, run, fresh.flatMap((change) => endOf(change, found.get(change)!, object.name)));
  // What was done by an attempt before this one is read again by the next run.
  await patchItems(deps.database, run, part.filter((change) => !found.has(change)).map(({ pair }) => ({ deliveryId: pair.leader.deliveryId, data: { again: 'It was written before.' } satisfies Partial<PairItem> })));
  return fresh.length;
}

/** Creates of which nobody heard how they ended are looked for by their keys before they are sent again, where the tool knows no keys of ours. */
async function unheard(
  tool: Counterpart, object: CounterpartObject, part: readonly Change[], frozen: readonly FrozenEffect<CounterpartCreate | CounterpartUpdate>[], settings: ReturnType<typeof syncOf>['settings'], context: StepContext,
): Promise<Map<Change, CounterpartEnd>> {
  const found = new Map<Change, CounterpartEnd>();
  const doubtful = part.filter((change, index) => isCreate(change.request) && frozen[index]!.state !== 'done' && !frozen[index]!.fresh);
  if (tool.knowsKeys || doubtful.length === 0) return found;
  const field = settings.fields[settings.match[0]!]!.external;
  const keyOf = (change: Change): string => String(change.request.fields[field] ?? '');
  const hits = await tool.find(object, field, doubtful.map(keyOf).filter((key) => key !== ''), midway(context));
  for (const change of doubtful) {
    const key = keyOf(change);
    if (key === '') throw new ConnectorError(tool.service, 'rejected', `${tool.service}: nobody can say whether a record without ${field} was made`);
    const record = hits.find((one) => String(one.fields[field] ?? '').toLowerCase() === key.toLowerCase());
    if (record !== undefined) found.set(change, { status: 'done', record });
  }
  return found;
}

function isCreate(request: CounterpartCreate | CounterpartUpdate): request is CounterpartCreate {
  return 'key' in request;
}

function effectEnd(key: string, end: CounterpartEnd): EffectEnd {
  if (end.status === 'done') return { key, state: 'done', outsideId: end.record.id };
  const reason = 'message' in end ? end.message : end.status === 'changed' ? 'The record changed while it was worked on.' : 'The record is gone.';
  return { key, state: 'rejected', code: end.status, reason };
}

function patchOf({ pair, request }: Change, end: CounterpartEnd, settings: ReturnType<typeof syncOf>['settings']): readonly ItemPatch[] {
  const patch = (data: Partial<PairItem>): readonly ItemPatch[] => [{ deliveryId: pair.leader.deliveryId, data }];
  if (end.status !== 'done') return [];
  const read = readExternalRecord(end.record, settings);
  if (isCreate(request)) return patch({ externalId: read.id, external: read, externalVersion: read.version });
  const names = Object.keys(pair.data.plan!.writes.external);
  return patch({ returned: { ...pair.data.returned, external: only(read.values, names) }, externalVersion: read.version, wroteExternal: writeOf('external', pair.data.external!, read, names, settings) });
}

/** By then whoever made the same record is found by its key, if it has one. */
const MOST_LOOKS_FOR_SAME = 3;

function endOf({ pair, request }: Change, end: CounterpartEnd, object: string): readonly PairEnd[] {
  switch (end.status) {
    case 'done':
      return [];
    case 'changed':
      return [{ pair, outcome: again('The record changed on the other side while it was worked on.') }];
    case 'gone':
      return [{ pair, outcome: again('The record went away on the other side while it was worked on.') }];
    case 'exists':
      if (isCreate(request) && (pair.data.claims ?? 1) < MOST_LOOKS_FOR_SAME) return [{ pair, outcome: again(`Somebody made the same record in ${object} just now.`, 5_000) }];
      return [{ pair, outcome: { state: 'held', code: 'exists', reason: `A record of ${object} that is not found by the fields of “match” holds a value which only one may hold: ${end.message} Merge or correct the two, then retry.` } }];
    case 'rejected':
      return [{ pair, outcome: { state: 'failed', code: 'external_rejected', reason: `${object} did not take it: ${end.message}` } }];
  }
}
