import type { RecordAction } from '../../domain/record-event.ts';

/** A record as it was read. Instants in milliseconds since 1970. */
export interface Found {
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** When it was put into the trash; undefined while it lives. */
  readonly deletedAtMs: number | undefined;
  /** Of the watched fields. */
  readonly hash: string;
}

/** What was noted of a record when it was last heard of. */
export interface Known {
  /** -Infinity when nothing is known but that it was there. */
  readonly updatedAtMs: number;
  readonly deleted: boolean;
  readonly hash: string;
  readonly createdKnown: boolean;
  readonly destroyed: boolean;
}

export interface Comparison {
  /** When the records of the object were first read; what was created before is never news as a creation. */
  readonly baselineAtMs: number;
  /** False while what is noted was hashed over other fields than are watched now. */
  readonly sameFields: boolean;
}

/**
 * What a record that was read tells anew, most telling first: an integration gets the first of them that it listens to.
 * Nothing when it is as it was noted, or older. States between two reads are not told apart: only the latest counts. A record
 * that has changed and looks as it did may have looked otherwise to a run in between, so that is an update, too.
 */
export function newsOf(found: Found, known: Known | undefined, { baselineAtMs, sameFields }: Comparison): readonly RecordAction[] {
  if (known === undefined || known.destroyed) {
    if (found.deletedAtMs !== undefined) return ['deleted'];
    return found.updatedAtMs > found.createdAtMs ? ['created', 'updated'] : ['created'];
  }
  if (found.updatedAtMs < known.updatedAtMs) return [];
  const isNewer = found.updatedAtMs > known.updatedAtMs;
  const differs = found.hash !== known.hash && (sameFields || isNewer);
  if (found.deletedAtMs !== undefined) {
    // It may have been taken out of the trash and put back since.
    if (!known.deleted || found.deletedAtMs > known.updatedAtMs) return ['deleted'];
    return differs ? ['updated'] : [];
  }
  const isCreation = !known.createdKnown && found.createdAtMs >= baselineAtMs;
  return [...(isCreation ? ['created' as const] : []), ...(known.deleted ? ['restored' as const] : []), ...(differs || isNewer ? ['updated' as const] : [])];
}

/** What cannot be true for a workspace that lives, and may be a server that answers half: more than this is for a person to judge. */
const FEW = 20;
const SHARE = 0.2;
const MANY = 1_000;

/** Whether so many records of so many that were known may be taken for destroyed without asking. */
export function isPlausibleLoss(gone: number, known: number): boolean {
  return gone <= FEW || (gone <= MANY && gone <= known * SHARE);
}
