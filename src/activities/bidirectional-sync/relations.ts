import type { Side, Value } from '../../domain/sync.ts';
import { linksOf } from '../../store/links.ts';
import type { SideRead } from '../../workflows/bidirectional-sync/contract.ts';
import type { FieldRule } from '../../workflows/bidirectional-sync/merge.ts';
import { type BidirectionalSyncSettings, rulesOf } from '../../workflows/bidirectional-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** Both sides of a pair as far as they were read. */
export interface Reads {
  readonly twenty?: SideRead | null;
  readonly external?: SideRead | null;
}

/** A relation that cannot be set: the record it points to is not linked by the other sync. */
export interface RelationGap {
  readonly integration: string;
  readonly side: Side;
  readonly id: string;
}

export interface Relations {
  /** The rules of the merge for a pair: a field that follows a link is converted by that sync's links, and left out where there is a gap. */
  rulesFor(reads: Reads): readonly FieldRule[];
  gapsOf(reads: Reads): readonly RelationGap[];
}

/** Looks up the links of other syncs that fields of these pairs follow. */
export async function relationsOf(deps: ActivityDeps, settings: BidirectionalSyncSettings, all: readonly Reads[]): Promise<Relations> {
  const plain = rulesOf(settings);
  const followed = new Map<string, Followed>();
  for (const [name, { link }] of Object.entries(settings.fields)) {
    if (link === undefined) continue;
    const links = await linksOf(deps.database, link, { twenty: all.flatMap(({ twenty }) => idOf(twenty?.values[name])), external: all.flatMap(({ external }) => idOf(external?.values[name])) });
    followed.set(name, { integration: link, twenty: new Map(links.map((one) => [one.twentyId, one.externalId])), external: new Map(links.map((one) => [one.externalId, one.twentyId])) });
  }
  const gapsAt = (name: string, reads: Reads): readonly RelationGap[] => {
    const known = followed.get(name);
    if (known === undefined) return [];
    return (['twenty', 'external'] as const).flatMap((side) => idOf(reads[side]?.values[name]).filter((id) => !known[side].has(id)).map((id) => ({ integration: known.integration, side, id })));
  };
  return {
    rulesFor: (reads) => plain.flatMap((rule): readonly FieldRule[] => {
      const known = followed.get(rule.name);
      if (known === undefined) return [rule];
      const through = (links: ReadonlyMap<string, string>) => (value: Value): Value => idOf(value).map((id) => links.get(id) ?? null)[0] ?? null;
      return gapsAt(rule.name, reads).length > 0 ? [] : [{ ...rule, toExternal: through(known.twenty), toTwenty: through(known.external) }];
    }),
    gapsOf: (reads) => [...followed.keys()].flatMap((name) => gapsAt(name, reads)),
  };
}

/** The links of the sync that a field follows: by the id of one side that of the other. */
interface Followed extends Readonly<Record<Side, ReadonlyMap<string, string>>> {
  readonly integration: string;
}

function idOf(value: Value | undefined): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : typeof value === 'number' ? [String(value)] : [];
}
