import type { SluiceConfig } from '../config/define-config.ts';
import { watchedObjects } from '../config/watched-objects.ts';
import { twentyWorkspaces } from '../config/workspaces.ts';
import { type CatchUpTarget, catchUpSpecs } from '../dispatcher/catch-up.ts';
import { scheduleDesk, type ScheduleDesk } from '../dispatcher/schedule-desk.ts';
import { realmOf, type ScheduleRealm, scheduleSpecs } from '../dispatcher/schedule-realm.ts';
import type { ScheduleSpec } from '../dispatcher/schedules.ts';
import type { Database } from '../store/database.ts';
import { OWN_QUEUE } from '../workflows/runtime/queues.ts';
import { temporalClient } from './temporal.ts';

/** What is this configuration's own in its Temporal namespace. */
export function scheduleRealm(config: SluiceConfig, env: NodeJS.ProcessEnv): ScheduleRealm {
  return realmOf(config.workspace, env['SLUICE_TASK_QUEUE'] ?? OWN_QUEUE, OWN_QUEUE);
}

/** Every schedule that shall exist, for the dispatcher at its start and for `sluice schedules apply`. */
export function wantedSchedules(config: SluiceConfig, realm: ScheduleRealm): readonly ScheduleSpec[] {
  return [...scheduleSpecs(Object.values(config.integrations)), ...catchUpSpecs(realm, catchUpTargets(config), config.workspace.catchUp)];
}

/** The Twenty workspaces of whose records anybody listens to changes, each with the objects. */
export function catchUpTargets(config: SluiceConfig): readonly CatchUpTarget[] {
  return twentyWorkspaces(config)
    .map((one) => ({ ...one, objects: watchedObjects(one.connection, Object.values(config.integrations)).map(({ object }) => object) }))
    .filter(({ objects }) => objects.length > 0);
}

/** The desk of a part that needs no Temporal otherwise: it reaches for it when somebody first asks. */
export function lazyDesk(config: SluiceConfig, env: NodeJS.ProcessEnv, database: Database): ScheduleDesk & { close(): Promise<void> } {
  let temporal: ReturnType<typeof temporalClient> | undefined;
  const desk = (): ScheduleDesk => {
    temporal ??= temporalClient(env);
    return scheduleDesk(database, temporal.client, scheduleRealm(config, env), Object.values(config.integrations));
  };
  return {
    list: async () => desk().list(),
    run: async (id, request) => desk().run(id, request),
    backfill: async (id, from, to, request) => desk().backfill(id, from, to, request),
    pause: async (id, by) => desk().pause(id, by),
    unpause: async (id, by) => desk().unpause(id, by),
    close: async () => temporal?.close(),
  };
}
