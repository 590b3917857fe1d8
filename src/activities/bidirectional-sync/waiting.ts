import type { RunInput } from '../../domain/run.ts';
import { relationEvent } from '../../config/sync-decision.ts';
import { acceptEvents } from '../../store/accept.ts';
import { patchItems } from '../../store/items.ts';
import { createNotifier } from '../../store/notify.ts';
import { endWaiting, noteWaiting, waitingFor } from '../../store/sync-waiting.ts';
import type { ActivityDeps } from '../deps.ts';
import { type Pair, type PairItem, syncOf } from './pair-item.ts';
import { relationsOf } from './relations.ts';

/**
 * Notes relations that could not be set, so that the sync which links the record they point to has them looked at again. What it
 * linked while this run was at work is looked at again at once.
 */
export async function noteGaps(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<void> {
  const { settings } = syncOf(deps, run);
  const known = pairs.filter(({ data }) => data.twentyId !== undefined);
  const { gapsOf } = await relationsOf(deps, settings, known.map(({ data }) => data));
  const open = known.filter(({ data }) => gapsOf(data).length > 0);
  if (open.length === 0) return;
  await noteWaiting(deps.database, run, open.flatMap(({ data }) => gapsOf(data).map((gap) => ({ ...gap, wantedBy: run.integration, twentyId: data.twentyId! }))));
  // After the commit: whoever links from here on finds the rows above, whoever linked before is found here.
  const now = await relationsOf(deps, settings, open.map(({ data }) => data));
  const filled = open.filter(({ data }) => now.gapsOf(data).length < gapsOf(data).length);
  await patchItems(deps.database, run, filled.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { again: 'A record that it points to was linked just now.' } satisfies Partial<PairItem> })));
}

/** Has those looked at again whose relations wait for records that are linked now. */
export async function wakeWaiting(deps: ActivityDeps, run: RunInput, linked: readonly Pair[]): Promise<void> {
  const ids = (side: 'twentyId' | 'externalId'): readonly string[] => linked.flatMap(({ data }) => (data[side] === undefined ? [] : [data[side]]));
  if (linked.length === 0) return;
  const waiting = await waitingFor(deps.database, run.integration, { twenty: ids('twentyId'), external: ids('externalId') });
  const events = [...Map.groupBy(waiting, ({ wantedBy }) => wantedBy)].flatMap(([name, rows]) => {
    const integration = deps.integrations.get(name);
    return integration === undefined ? [] : [relationEvent(integration, run.setId, [...new Set(rows.map(({ twentyId }) => twentyId))])];
  });
  if (events.length > 0) {
    await acceptEvents(deps.database, events);
    createNotifier(deps.database)();
  }
  await endWaiting(deps.database, waiting);
}
