import type { StandIn } from './stand-in.ts';

/** Every stand-in there is, empty: one line each. */
export function allStandIns(): readonly StandIn[] {
  return [];
}
