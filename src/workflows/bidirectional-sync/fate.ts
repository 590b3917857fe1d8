import { other, type Side } from '../../domain/sync.ts';
import type { SideRead } from './contract.ts';
import type { BidirectionalSyncSettings } from './settings.ts';

/** A pair, or a record that stands alone, as far as its being there is concerned. */
export interface Standing {
  /** As read: null is not there at all, undefined was not looked for. */
  readonly twenty: Pick<SideRead, 'hidden'> | null | undefined;
  readonly external: Pick<SideRead, 'hidden'> | null | undefined;
  /** The link, when there is one: which side was missing when it was last looked at, and whether a complete read has confirmed it. */
  readonly link: { readonly missingSide: Side | undefined; readonly missingConfirmed: boolean } | undefined;
}

/** What becomes of it. */
export type Fate =
  /** Both sides are there. */
  | { readonly kind: 'merge' }
  /** One side lacks it and gets it. */
  | { readonly kind: 'make'; readonly side: Side }
  | { readonly kind: 'not-made'; readonly alone: Side }
  /** Gone from everywhere, and never linked. */
  | { readonly kind: 'gone' }
  /** One side seems to be deleted; nothing follows before a complete read. `news`: nobody had noticed. */
  | { readonly kind: 'missing'; readonly side: Side; readonly news: boolean; readonly isDestroyed: boolean }
  /** Deleted on one side for sure, and the other one goes as well. */
  | { readonly kind: 'remove'; readonly side: Side }
  /** Deleted for sure; what is left stays and is no longer kept in step. */
  | { readonly kind: 'unlink'; readonly missing: Side };

/** Decides by what is there. A delete is believed only when it was noticed before and a complete read has confirmed it since. */
export function fateOf({ twenty, external, link }: Standing, { create, deletes }: Pick<BidirectionalSyncSettings, 'create' | 'deletes'>): Fate {
  if (isThere(twenty) && isThere(external)) return { kind: 'merge' };
  if (link !== undefined) {
    const side: Side = isThere(twenty) ? 'external' : 'twenty';
    const news = link.missingSide !== side;
    if (news || !link.missingConfirmed) return { kind: 'missing', side, news, isDestroyed: (side === 'twenty' ? twenty : external) == null };
    const policy = side === 'twenty' ? deletes.inTwenty : deletes.outside;
    const isLeft = isThere(side === 'twenty' ? external : twenty);
    return policy !== 'ignore' && isLeft ? { kind: 'remove', side: other(side) } : { kind: 'unlink', missing: side };
  }
  const alone: Side | undefined = isThere(twenty) ? 'twenty' : isThere(external) ? 'external' : undefined;
  if (alone === undefined) return { kind: 'gone' };
  return create === 'none' || create === alone ? { kind: 'not-made', alone } : { kind: 'make', side: other(alone) };
}

/** There for people to see. */
export function isThere<S extends Pick<SideRead, 'hidden'>>(side: S | null | undefined): side is S {
  return side !== null && side !== undefined && !side.hidden;
}
