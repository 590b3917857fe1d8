import type { ActivityDeps } from '../deps.ts';
import { selectionActivities } from './selections.ts';
import { startActivities } from './starts.ts';

/** How starts become events, and selections deliveries. */
export function triggerActivities(deps: ActivityDeps) {
  return { ...startActivities(deps), ...selectionActivities(deps) };
}
