import { inputsHash, settingsVersion } from '../../config/record-routing.ts';
import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import { readFields, watchedFields } from '../../workflows/email-sequences/fields.ts';
import type { ActivityDeps } from '../deps.ts';
import { readGroups } from '../records/read-groups.ts';
import { loadPeople, type PersonItem, sequencesOf } from './sequence-item.ts';

/** Reads the people of the set with their companies in one call; those that are gone end here. */
export async function readCandidates(deps: ActivityDeps, run: RunInput): Promise<{ read: number }> {
  const integration = sequencesOf(deps, run);
  const { settings } = integration;
  const { person, company } = readFields(settings);
  const wish = { object: 'person', fields: person, relation: { field: 'company', object: 'company', fields: company, optional: [] }, connection: settings.twenty, noun: 'person' };
  const { live } = await readGroups<PersonItem>(deps, run, wish, await loadPeople(deps, run));
  const version = settingsVersion(integration);
  await patchItems(deps.database, run, live.map(({ group: { leader }, record: { company: related, ...own } }) => {
    const data: Partial<PersonItem> = { person: own, company: (related as PersonItem['company'] | null) ?? undefined, inputs: inputsHash(version, watchedFields(settings), own) };
    return { deliveryId: leader.deliveryId, data };
  }));
  return { read: live.length };
}
