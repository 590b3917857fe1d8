import { alertActivities } from './alert.ts';
import type { ActivityDeps } from './deps.ts';
import { runActivities } from './runtime/runs.ts';
import { webFormsActivities } from './web-forms/index.ts';

/** Every activity there is, by the name Temporal knows it by. */
export function createActivities(deps: ActivityDeps) {
  return {
    ...runActivities(deps),
    ...alertActivities(deps),
    ...webFormsActivities(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
