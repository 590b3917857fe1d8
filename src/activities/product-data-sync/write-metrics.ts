import type { RunInput } from '../../domain/run.ts';
import { oneLine } from '../../domain/text.ts';
import { type CompanyChange, patchCompanies } from '../../store/product-companies.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { updateRecords, type UpdateEnd } from '../twenty/update-records.ts';
import { openedPage, type PageCompany, syncSettings } from './sync-state.ts';
import { changedFields, wantedFields } from './wanted-fields.ts';
import { readFields } from '../../workflows/product-data-sync/fields.ts';

/** Writes the metrics that changed, with the time of the sync, on what the companies hold at this moment. */
export async function writeMetrics(deps: ActivityDeps, run: RunInput): Promise<{ written: number }> {
  const { settings } = syncSettings(deps, run);
  const { sync, companies } = await openedPage(deps, run);
  const open = companies.filter(({ state, data }) => state === 'planned' && data.changed === true);
  const ends = await updateRecords(deps, run, {
    connection: settings.twenty, object: 'company', step: 'company metrics', fields: readFields(settings),
    updates: open.map((company) => ({
      key: `${run.integration}/${company.companyId!}/metrics/${sync.deliveryId}/${sync.startedAt}`,
      step: `company metrics ${String(company.position)}`, summary: summaryOf(company, settings), members: [sync.deliveryId], id: company.companyId!,
      plan: (current) => {
        const wanted = wantedFields(company.data.values, company.data.keys.externalId, settings);
        const changed = changedFields(current, wanted, settings);
        const isDue = Object.keys(changed).length > 0 || settings.syncedAt.write === 'always';
        return isDue ? { ...changed, [settings.syncedAt.field]: sync.startedAt } : undefined;
      },
    })),
  });
  await patchCompanies(deps.database, run, sync.deliveryId, open.map(({ key }, index) => changeOf(key, ends[index]!)));
  return { written: ends.filter((end) => end === 'updated').length };
}

function changeOf(key: string, end: UpdateEnd): CompanyChange {
  // What has come to hold them meanwhile was most likely written by an attempt that was interrupted.
  if (end === 'updated' || end === 'unchanged') return { key, state: 'written' };
  if (end === 'gone') return { key, state: 'deleted', reason: 'The company was deleted in Twenty while it was synced.' };
  return { key, state: 'refused', reason: `Twenty did not take the metrics: ${end.message}` };
}

function summaryOf({ name, data }: PageCompany, settings: ProductDataSyncSettings): string {
  const changed = changedFields(data.current ?? {}, wantedFields(data.values, data.keys.externalId, settings), settings);
  const values = Object.keys(changed).map((field) => `${field} ${String(data.values[field] ?? changed[field])}`);
  return oneLine(`write ${values.length === 0 ? settings.syncedAt.field : values.join(', ')} on ${name}`);
}
