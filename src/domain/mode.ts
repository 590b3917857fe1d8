/**
 * How an integration is run. `paused`: events are accepted and wait. `dry-run`: reads are real, what would be changed outside
 * ends as a plan.
 */
export type Mode = 'live' | 'paused' | 'dry-run';

export const MODES: readonly Mode[] = ['live', 'paused', 'dry-run'];
