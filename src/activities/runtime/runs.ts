import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { loadDeliveryIds } from '../../store/items.ts';
import { returnSet, settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';

/** The last activities of every run. */
export function runActivities({ database }: ActivityDeps) {
  return {
    /** Ends every delivery of the set that has not ended with one outcome; answers how many there were. */
    async settleRest(run: RunInput, outcome: Outcome): Promise<number> {
      const rest = await loadDeliveryIds(database, run);
      const { count } = await settle(database, run, rest.map((deliveryId) => ({ deliveryId, outcome })));
      return count;
    },

    /** Gives the deliveries that have not ended back to the inbox, keeping what has been done for them. */
    async returnRest(run: RunInput, why: 'parked' | 'spoilt'): Promise<number> {
      return returnSet(database, run, why);
    },

    /** How many deliveries of the set have not ended. */
    async countRest(run: RunInput): Promise<number> {
      return (await loadDeliveryIds(database, run)).length;
    },
  };
}
