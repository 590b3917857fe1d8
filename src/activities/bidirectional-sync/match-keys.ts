import { ApplicationFailure } from '@temporalio/activity';
import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { isBlank, type Side, type Value } from '../../domain/sync.ts';
import { linksOf } from '../../store/links.ts';
import { lockNaturalKeys } from '../../store/natural-keys.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import { type BidirectionalSyncSettings, rulesOf } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { again, endPairs, type Pair, syncOf } from './pair-item.ts';

/** While records are matched and made, others who mean the same ones wait. */
const LOCK_MS = 120_000;

/** Who else means the same record waits until this run has ended; records that have been linked meanwhile are looked at again. */
export async function lockKeys(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[], from: Side, readOf: (pair: Pair) => SideRead): Promise<void> {
  const { settings } = syncOf(deps, run);
  const keys = pairs.flatMap((pair) => settings.match.flatMap((name) => {
    const value = readOf(pair).values[name] ?? null;
    const key = (from === 'twenty' ? keyOver(settings, name, 'external', value) : keyText(value));
    return key === '' ? [] : [`sync/${run.integration}/${name}/${key.toLowerCase()}`];
  }));
  if (keys.length === 0) return;
  if ((await lockNaturalKeys(deps.database, run.setId, keys, LOCK_MS)) === undefined) throw ApplicationFailure.retryable('another run matches the same records just now', 'Busy');
  const linked = await linksOf(deps.database, run.integration, { twenty: pairs.flatMap(({ data }) => (data.twentyId === undefined ? [] : [data.twentyId])), external: pairs.flatMap(({ data }) => (data.externalId === undefined ? [] : [data.externalId])) });
  const taken = new Set(linked.flatMap(({ twentyId, externalId }) => [`twenty:${twentyId}`, `external:${externalId}`]));
  await endPairs(deps, run, pairs.filter(({ key, data }) => data.link === undefined && taken.has(key)).map((pair) => ({ pair, outcome: again('It was linked by another run just now.') })));
}

/** The key of one side's record as the other side would write it; empty when it has none. */
export function keyOver(settings: Pick<BidirectionalSyncSettings, 'fields' | 'onConflict'>, name: string, to: Side, value: Value): string {
  const rule = rulesOf(settings).find((one) => one.name === name)!;
  return keyText(to === 'external' ? rule.toExternal(value) : rule.toTwenty(value));
}

export function sameKey(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/** A domain in whatever form Twenty holds it. */
function plain(key: string): string {
  return key.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/^www\./, '').replace(/\/$/, '');
}

export function keyText(value: Value): string {
  return isBlank(value) || typeof value === 'object' ? '' : String(value).trim();
}

/** Several records have the same key. */
export function ambiguous(count: number, where: string): Outcome {
  return { state: 'held', code: 'ambiguous', reason: `${String(count)} records ${where} have the same key, so nobody can say which one belongs to this one. Merge or correct them, then retry.` };
}
