import { createHash } from 'node:crypto';
import type { NewEvent } from '../domain/event.ts';
import { manualEvent, type StartDoor } from './starts.ts';
import type { Integration } from './use-case.ts';

/** The inbox event by which a decided pair is looked at. The same conflict decided twice makes two. */
export function decisionEvent(integration: Integration, conflictId: string, twentyId: string, by: string, at: number, door: StartDoor): NewEvent {
  const start = manualEvent(integration, { requestId: `conflict-${conflictId}-${String(at)}`, selection: { ids: [twentyId] }, by }, door);
  if (!start.ok) throw new Error(start.problem.message);
  return start.event;
}

/** The inbox event by which pairs are looked at whose relations another sync can serve now; known by the run that linked and by what it is about. */
export function relationEvent(integration: Integration, setId: string, twentyIds: readonly string[]): NewEvent {
  const hash = createHash('sha256').update(twentyIds.join()).digest('base64url').slice(0, 12);
  const start = manualEvent(integration, { requestId: `relation-${setId}-${hash}`, selection: { ids: [...twentyIds] }, by: 'sluice' }, 'another sync');
  if (!start.ok) throw new Error(start.problem.message);
  return start.event;
}
