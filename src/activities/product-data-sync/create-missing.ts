import { companyDomainForWrite } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { patchCompanies, type CompanyChange } from '../../store/product-companies.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { createRecords, type RecordCreate, recordId } from '../twenty/create-records.ts';
import { openedPage, type PageCompany, syncSettings, type Sync } from './sync-state.ts';
import { wantedFields } from './wanted-fields.ts';

/** A company is created once for a key, by whichever sync; if somebody removes it, it stays removed. */
export function createKey({ integration }: RunInput, key: string): string {
  return `${integration}/${key}/company`;
}

/** Creates the companies of the page that Twenty has not, with their metrics. */
export async function createMissing(deps: ActivityDeps, run: RunInput): Promise<{ created: number }> {
  const { settings } = syncSettings(deps, run);
  const { sync, companies } = await openedPage(deps, run);
  const open = companies.filter(({ state }) => state === 'create');
  const creates = open.map((company) => createOf(run, sync, company, settings));
  const ends = await createRecords(deps, run, { connection: settings.twenty, object: 'company', step: 'create company', creates });
  await patchCompanies(deps.database, run, sync.deliveryId, open.map(({ key }, index): CompanyChange => {
    const end = ends[index]!;
    if (end.status === 'done') return { key, state: 'created', companyId: end.id };
    if (end.status === 'exists') return { key, state: 'ambiguous', reason: 'A company with this domain appeared meanwhile; it is found by the next sync.' };
    return { key, state: 'refused', reason: `Twenty did not take the new company: ${end.message}` };
  }));
  return { created: ends.filter(({ status }) => status === 'done').length };
}

function createOf(run: RunInput, sync: Sync, { key, position, name, data: { keys, values } }: PageCompany, settings: ProductDataSyncSettings): RecordCreate {
  const effect = createKey(run, key);
  const domain = keys.domain === undefined ? {} : { domainName: companyDomainForWrite(keys.domain) };
  return {
    key: effect, step: `create company ${String(position)}`, summary: `create company “${name}”`, members: [sync.deliveryId],
    record: { id: recordId(effect), name, ...domain, ...wantedFields(values, keys.externalId, settings), [settings.syncedAt.field]: sync.startedAt },
  };
}
