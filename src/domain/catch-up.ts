/** Which workspace is read, and how thoroughly. */
export interface CatchUpInput {
  /** Workflow id of the one run of the workspace at a time. */
  readonly id: string;
  readonly workspace: string;
  readonly connection: string;
  /** All ids are read again after this time. */
  readonly sweepEveryMs: number;
  /** Reads all ids now. */
  readonly sweepNow?: boolean;
  /** Takes records that are gone for destroyed, however many they are. */
  readonly letGo?: boolean;
  /** Goes on until nothing is left, instead of leaving the rest to the next run after some minutes. */
  readonly toTheEnd?: boolean;
}

/** What is to be done for an object in this run. */
export interface ObjectPlan {
  readonly object: string;
  /** `first`: before anything else; `snapshots`: for an integration that came later; undefined: none is wanted. */
  readonly baseline?: 'first' | 'snapshots';
  readonly sweep: boolean;
}

/** One object's part of a run, as activities are asked for it. */
export interface ObjectInput extends CatchUpInput {
  readonly object: string;
}

/** What a few pages came to. */
export interface Progress {
  /** False when pages are left. */
  readonly done: boolean;
  readonly records: number;
  readonly events: number;
  /** Set when so many records are gone that a person has to say what that means. */
  readonly heldGone?: number;
}

export interface CatchUpResult {
  /** `busy`: another run is at it. `unfinished`: the rest is for the next run. */
  readonly ended: 'complete' | 'unfinished' | 'busy';
  readonly objects: Readonly<Record<string, { readonly records: number; readonly events: number; readonly problem?: string }>>;
}
