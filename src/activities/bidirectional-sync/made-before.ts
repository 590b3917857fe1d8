import { other, type PendingWrites, type Side, type Values } from '../../domain/sync.ts';
import type { RunInput } from '../../domain/run.ts';
import type { CounterpartCreate } from '../../connectors/counterpart.ts';
import { effectsByKey, type FrozenEffect } from '../../store/effects.ts';
import type { BidirectionalSyncSettings } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { valueAt } from './fields.ts';

/** A record is made for another one at most once, whichever run does it. */
export function createKey(run: RunInput, pairKey: string, side: Side): string {
  return `${run.integration}/${pairKey}/create-${side}`;
}

/** What is known of a record that an earlier run made, or was about to make. */
export interface MadeBefore {
  /** The id that it got; undefined when nobody has heard how it ended. */
  readonly id: string | undefined;
  /** By field what was sent. */
  readonly sent: Values;
}

/** What earlier runs made on one side for records of the other, by the other's id. */
export async function madeBefore(deps: ActivityDeps, run: RunInput, settings: BidirectionalSyncSettings, side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, MadeBefore>> {
  const keys = new Map(ids.map((id) => [createKey(run, `${other(side)}:${id}`, side), id]));
  const effects = await effectsByKey<CounterpartCreate | { readonly record: Readonly<Record<string, unknown>> }>(deps.database, [...keys.keys()]);
  const begun = effects.filter(({ state }) => state !== 'planned' && state !== 'rejected');
  return new Map(begun.map((effect) => [keys.get(effect.key)!, { id: effect.state === 'done' ? effect.outsideId : undefined, sent: sentBy(effect, settings) }]));
}

/** What a lost run sent when it made the record counts as what it was about to write. */
export function pendingFrom(side: Side, { sent }: MadeBefore): PendingWrites {
  return { twenty: {}, external: {}, [side]: sent };
}

function sentBy({ request }: FrozenEffect<CounterpartCreate | { readonly record: Readonly<Record<string, unknown>> }>, { fields }: BidirectionalSyncSettings): Values {
  if ('record' in request) return Object.fromEntries(Object.entries(fields).flatMap(([name, { twenty }]) => (twenty.split('.')[0]! in request.record ? [[name, valueAt(request.record, twenty)]] : [])));
  return Object.fromEntries(Object.entries(fields).flatMap(([name, { external }]) => (external in request.fields ? [[name, request.fields[external]!]] : [])));
}
