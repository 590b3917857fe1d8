import type { NewEvent } from '../domain/event.ts';
import { manualEvent, type StartDoor } from './starts.ts';
import type { Integration } from './use-case.ts';

/** The inbox event by which a decided pair is looked at. The same conflict decided twice makes two. */
export function decisionEvent(integration: Integration, conflictId: string, twentyId: string, by: string, at: number, door: StartDoor): NewEvent {
  const start = manualEvent(integration, { requestId: `conflict-${conflictId}-${String(at)}`, selection: { ids: [twentyId] }, by }, door);
  if (!start.ok) throw new Error(start.problem.message);
  return start.event;
}
