import type { Side, Values } from '../../domain/sync.ts';

/** As much of a link as the merge looks at. */
export interface Link {
  /** What each side held when they last agreed, by field; a field that is not in it was never in step. */
  readonly base: Readonly<Record<Side, Values>>;
}

/** One side of a link as it was read. `undefined` fields were not there. */
export interface SideRead {
  readonly id: string;
  readonly values: Values;
  /** Milliseconds since 1970. */
  readonly changedAtMs: number | undefined;
  /** Who changed it last, where that was read. */
  readonly changedBy?: string;
  readonly version?: string | undefined;
  /** In the trash, or archived. */
  readonly hidden: boolean;
}
