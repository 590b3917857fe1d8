import { recordsOf } from '../../config/starts.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { StartBody } from '../../domain/start.ts';
import { insertItems, loadDeliveries, loadItems } from '../../store/items.ts';
import { createNotifier } from '../../store/notify.ts';
import { addSelected } from '../../store/selection.ts';
import { resultOf } from '../../store/sets.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { isTakenAsItIs, nextPage } from './pages.ts';
import { outcomeOf, type Progress } from './progress.ts';

/** What the workflow needs to know of a selection: where to read it; undefined when there is nothing to read. */
export interface OpenSelection {
  readonly deliveryId: string;
  readonly connection?: string;
}

/** After so many pages or so long, an activity ends and the next one goes on. */
const PAGES_AT_ONCE = 20;
const AT_ONCE_MS = 60_000;
/** Somebody waits for a few records; more are bulk. */
const WAITED_FOR = 10;

/** The steps of `selectRecords`. */
export function selectionActivities(deps: ActivityDeps) {
  const { database, integrations } = deps;
  const notify = createNotifier(database);
  return {
    /** Reads what the set's starts select; one that the configuration has no records for ends as failed. */
    async openSelections(run: RunInput): Promise<{ open: readonly OpenSelection[] }> {
      const integration = integrations.get(run.integration);
      const readings = (await loadDeliveries(database, run)).map(({ deliveryId, body }, position) => {
        const start = startOf(body);
        const records = integration === undefined ? undefined : recordsOf(integration, start.trigger === 'schedule' ? start.schedule : undefined);
        return { deliveryId, position, start, records };
      });
      const open = readings.flatMap(({ deliveryId, position, start, records }) =>
        start.selection === undefined || records === undefined ? [] : [{ deliveryId, position, start, data: freshProgress(records, isWaitedFor(start)) }]);
      await insertItems(database, run, open);
      const reason = `${run.integration} does not run over records any more.`;
      const lost = readings.filter(({ deliveryId }) => !open.some((one) => one.deliveryId === deliveryId));
      if (lost.length > 0) await settle(database, run, lost.map(({ deliveryId }) => ({ deliveryId, outcome: { state: 'failed', code: 'not_over_records', reason } })));
      return { open: open.map(({ deliveryId, start, data }) => ({ deliveryId, ...(isTakenAsItIs(start.selection!) ? {} : { connection: data.connection }) })) };
    },

    /** Adds deliveries for the next pages of a selection; goes on where an earlier attempt stood. */
    async selectPages(run: RunInput, deliveryId: string): Promise<{ done: boolean }> {
      const item = (await loadItems<Progress>(database, run)).find((one) => one.deliveryId === deliveryId);
      const delivery = (await loadDeliveries(database, run)).find((one) => one.deliveryId === deliveryId);
      if (item === undefined || delivery === undefined) return { done: true };
      const selection = startOf(delivery.body).selection!;
      let progress = item.data;
      const until = Date.now() + AT_ONCE_MS;
      try {
        for (let pages = 0; !progress.done; pages += 1) {
          if (pages === PAGES_AT_ONCE || Date.now() > until) return { done: false };
          const { recordIds, progress: after } = await nextPage(deps, run, selection, progress);
          const added = await addSelected(database, run, { deliveryId, recordIds, urgent: progress.urgent, progress: after });
          if (added === undefined) return { done: true };
          if (added > 0) notify();
          progress = after;
        }
      } catch (error) {
        // A view that is gone or a filter that does not fit fails its own start, not the others of the set.
        if (!(error instanceof ConnectorError) || (error.kind !== 'rejected' && error.kind !== 'malformed')) throw error;
        await settle(database, run, [{ deliveryId, outcome: { state: 'failed', code: 'selection_refused', reason: error.message } }]);
      }
      return { done: true };
    },

    /** Ends the selections that are complete, each with what it selected and what does not exist. */
    async settleSelections(run: RunInput): Promise<Record<string, number>> {
      const items = await loadItems<Progress>(database, run);
      await settle(database, run, items.filter(({ data }) => data.done).map(({ deliveryId, data }) => ({ deliveryId, outcome: outcomeOf(data) })));
      return resultOf(database, run);
    },
  };
}

function startOf(body: Uint8Array): StartBody {
  return JSON.parse(Buffer.from(body).toString('utf8')) as StartBody;
}

function freshProgress({ object, connection }: { readonly object: string; readonly connection: string }, urgent: boolean): Progress {
  return { object, connection, urgent, selected: 0, missing: 0, missingIds: [], done: false };
}

function isWaitedFor({ trigger, selection }: StartBody): boolean {
  return trigger === 'manual' && selection !== undefined && 'ids' in selection && selection.ids.length <= WAITED_FOR;
}
