import type { Standing } from './contract.ts';

/** When somebody is told of a lead. */
export interface AlertRule {
  readonly threshold: number;
  /** Once above, a lead must fall more than this below the threshold before it can cross again. */
  readonly hysteresis: number;
  /** Nobody is told of anything. */
  readonly silent: boolean;
}

/**
 * Where a record stands after it was scored. Nobody is told twice of one crossing, and hovering around the threshold is none.
 * `tellFirst` decides for a record that was never scored before and is above at once. Moving the threshold is no crossing either:
 * the last score is judged anew. Applied twice to one score it changes nothing.
 */
export function standingAfter(previous: Standing | undefined, score: number, { threshold, hysteresis, silent }: AlertRule, tellFirst: boolean): Standing {
  const wasAbove = previous === undefined ? !tellFirst : previous.threshold === threshold ? previous.above : previous.score >= threshold;
  const above = score >= threshold || (previous !== undefined && wasAbove && score >= threshold - hysteresis);
  const crosses = above && !wasAbove && !silent;
  return {
    score,
    above,
    threshold,
    crossing: (previous?.crossing ?? 0) + (crosses ? 1 : 0),
    owed: above && !silent && (crosses || previous?.owed === true),
  };
}
