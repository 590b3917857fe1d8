import type { RunInput } from '../../domain/run.ts';
import { effectsOf, finishEffects } from '../../store/effects.ts';
import type { ActivityDeps } from '../deps.ts';
import type { RecordGroup, RecordItem } from './record-groups.ts';

interface Request {
  readonly createdAt: string;
}

/**
 * A run that was lost may have been writing to a record without hearing how it ended. What is written is worked out anew, so that
 * write is closed as overtaken; unless the record was destroyed meanwhile and the write brought it back to life: then the write is
 * finished first, which removes it again. For steps of `updateRecords` whose keys end with the set's id. `createdAt` is that of the
 * records as they are now. Answers the keys of such writes by record.
 */
export async function closeLost<T extends RecordItem>(
  deps: ActivityDeps, run: RunInput, step: string, groups: readonly RecordGroup<T>[], createdAt: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const ghosts = new Map<string, string>();
  if (run.dryRun) return ghosts;
  const recordOf = new Map(groups.flatMap(({ recordId, members }) => members.map(({ deliveryId }) => [deliveryId, recordId] as const)));
  const lost = (await effectsOf<Request>(deps.database, [...recordOf.keys()], step)).filter(({ key, state }) => state === 'attempting' && !key.endsWith(`/${run.setId}`));
  const overtaken: string[] = [];
  for (const { key, request, members } of lost) {
    const recordId = members.map((id) => recordOf.get(id)).find((id) => id !== undefined);
    if (recordId !== undefined && createdAt.has(recordId) && createdAt.get(recordId) !== request.createdAt) ghosts.set(recordId, key);
    else overtaken.push(key);
  }
  await finishEffects(deps.database, run, overtaken.map((key) => ({ key, state: 'rejected', code: 'overtaken', reason: 'The run that wrote it was lost; it is worked out anew.' })));
  return ghosts;
}
