import { scheduleSource, schedulesOf } from '../config/starts.ts';
import type { Integration } from '../config/use-case.ts';
import type { ScheduleSpec } from './schedules.ts';

/** What is this Sluice's own in a Temporal namespace that it may share with others. */
export interface ScheduleRealm {
  /** Marks its schedules; another workspace, or another task queue, is another Sluice. */
  readonly marker: string;
  /** Put behind the ids of what it keeps in Temporal; empty on the usual task queue. */
  readonly suffix: string;
  readonly workspace: string;
  readonly taskQueue: string;
  /** Of schedules that name none. */
  readonly timeZone: string;
}

export function realmOf(workspace: { readonly name: string; readonly timeZone: string }, taskQueue: string, usualQueue: string): ScheduleRealm {
  const suffix = taskQueue === usualQueue ? '' : `.${taskQueue}`;
  return { marker: `${workspace.name}${suffix}`, suffix, workspace: workspace.name, taskQueue, timeZone: workspace.timeZone };
}

/** `sluice-main.lead-scoring.nightly` */
export function temporalScheduleId(realm: ScheduleRealm, id: string): string {
  return `sluice-${realm.workspace}.${id.replaceAll('/', '.')}${realm.suffix}`;
}

/** Workflow id of the trigger that starts an integration by hand: `trigger-lead-scoring`. */
export function triggerId(realm: Pick<ScheduleRealm, 'suffix'>, integration: string): string {
  return `trigger-${integration}${realm.suffix}`;
}

/** An integration's schedule by the name people use for it. */
export interface NamedSchedule extends ScheduleSpec {
  readonly integration: string;
  /** Of the events that its firings leave. */
  readonly source: string;
}

/**
 * The schedules of all integrations. A firing only writes an event, which takes a moment: whether the work of the last one is
 * still going on is not Temporal's to know, and is looked up in the inbox when the firing arrives there.
 */
export function scheduleSpecs(integrations: Iterable<Integration>): readonly NamedSchedule[] {
  return [...integrations].flatMap((integration) =>
    schedulesOf(integration).map((schedule) => ({
      ...schedule,
      overlap: 'allow' as const,
      id: `${integration.name}/${schedule.name}`,
      integration: integration.name,
      source: scheduleSource(integration.name, schedule.name),
      action: { workflowType: 'scheduleFiring', args: [{ integration: integration.name, schedule: schedule.name }] },
    })));
}
