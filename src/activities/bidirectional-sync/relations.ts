import type { Value } from '../../domain/sync.ts';
import { linksOf } from '../../store/links.ts';
import type { FieldRule } from '../../workflows/bidirectional-sync/merge.ts';
import { type BidirectionalSyncSettings, rulesOf } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Pair } from './pair-item.ts';

/**
 * The rules of the merge for each pair. A field that follows a link of another sync is converted by that sync's links; while the record it
 * points to is not linked yet, the field is left out, and a later run sets it.
 */
export async function relationRules(deps: ActivityDeps, settings: BidirectionalSyncSettings, pairs: readonly Pair[]): Promise<(pair: Pair) => readonly FieldRule[]> {
  const plain = rulesOf(settings);
  const relations = Object.entries(settings.fields).flatMap(([name, { link }]) => (link === undefined ? [] : [{ name, link }]));
  if (relations.length === 0) return () => plain;
  const known = new Map<string, { readonly external: ReadonlyMap<string, string>; readonly twenty: ReadonlyMap<string, string> }>();
  for (const { name, link } of relations) {
    const links = await linksOf(deps.database, link, {
      twenty: pairs.flatMap(({ data }) => idOf(data.twenty?.values[name])), external: pairs.flatMap(({ data }) => idOf(data.external?.values[name])),
    });
    known.set(name, { external: new Map(links.map((one) => [one.twentyId, one.externalId])), twenty: new Map(links.map((one) => [one.externalId, one.twentyId])) });
  }
  return ({ data }) => plain.flatMap((rule): readonly FieldRule[] => {
    const links = known.get(rule.name);
    if (links === undefined) return [rule];
    const [here, there] = [idOf(data.twenty?.values[rule.name]), idOf(data.external?.values[rule.name])];
    if (here.some((id) => !links.external.has(id)) || there.some((id) => !links.twenty.has(id))) return [];
    return [{ ...rule, toExternal: (value) => idOf(value).map((id) => links.external.get(id) ?? null)[0] ?? null, toTwenty: (value) => idOf(value).map((id) => links.twenty.get(id) ?? null)[0] ?? null }];
  });
}

function idOf(value: Value | undefined): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : typeof value === 'number' ? [String(value)] : [];
}
