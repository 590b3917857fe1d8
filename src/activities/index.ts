import { alertActivities } from './alert.ts';
import { catchUpActivities } from './catch-up/index.ts';
import type { ActivityDeps } from './deps.ts';
import { runActivities } from './runtime/runs.ts';
import { triggerActivities } from './triggers/index.ts';

/** The activities that every worker has, by the name Temporal knows them by; each use case brings its own. */
export function commonActivities(deps: ActivityDeps) {
  return { ...runActivities(deps), ...alertActivities(deps), ...catchUpActivities(deps), ...triggerActivities(deps) };
}

export type CommonActivities = ReturnType<typeof commonActivities>;
