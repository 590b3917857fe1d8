import type { RunInput } from '../../domain/run.ts';
import type { RelatedWish } from '../../connectors/twenty/index.ts';
import { patchItems } from '../../store/items.ts';
import { billedFields } from '../../workflows/invoices/fields.ts';
import type { InvoicesSettings } from '../../workflows/invoices/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { readGroups } from '../records/read-groups.ts';
import { type DealItem, invoicesOfRun, loadDeals } from './deal-item.ts';

/** Reads the deals of the set with company and point of contact in one call; those that are gone end here. */
export async function readDeals(deps: ActivityDeps, run: RunInput): Promise<{ read: number }> {
  const { settings } = invoicesOfRun(deps, run);
  const { live } = await readGroups(deps, run, { ...wishOf(settings), connection: settings.twenty, noun: 'deal' }, await loadDeals(deps, run));
  await patchItems(deps.database, run, live.map(({ group: { leader }, record: { company, pointOfContact, ...opportunity } }) => {
    const data: Partial<DealItem> = { opportunity, company: there(company), contact: there(pointOfContact) };
    return { deliveryId: leader.deliveryId, data };
  }));
  return { read: live.length };
}

function there(related: unknown): DealItem['company'] {
  return (related as DealItem['company'] | null) ?? undefined;
}

function wishOf(settings: InvoicesSettings): RelatedWish {
  const { opportunity, company, person } = billedFields(settings);
  const { id, number, url, status } = settings.write;
  return {
    object: 'opportunity',
    // What will be written is asked for as well, so that a missing field is known before anybody is billed.
    fields: ['stage', 'owner', ...opportunity, id, number, url, status],
    relation: { field: 'company', object: 'company', fields: ['accountOwner', ...company], optional: [] },
    further: [{ field: 'pointOfContact', object: 'person', fields: person, optional: [] }],
  };
}
