import { nextRows, type RowPlace } from '../../store/product-sync.ts';
import type { Database } from '../../store/database.ts';
import type { CompanyKeys, CompanyRow, MetricValue, StagedRow } from '../../workflows/product-data-sync/contract.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import { type Gathered, gather } from '../../workflows/product-data-sync/values.ts';

const AT_ONCE = 2_000;
const PROBLEMS_KEPT = 3;
const LAST = 2 ** 31 - 1;

/** The next companies of a sync behind `afterKey`, their rows put together; however many rows one has, few are held at a time. */
export async function nextCompanyRows(database: Database, deliveryId: string, afterKey: string, limit: number, metrics: ProductDataSyncSettings['metrics']): Promise<readonly CompanyRow[]> {
  const companies: Collected[] = [];
  let place: RowPlace = [afterKey, LAST, LAST];
  for (;;) {
    const rows = await nextRows<Omit<StagedRow, 'key'>>(database, deliveryId, place, AT_ONCE);
    for (const { place: at, data } of rows) {
      const [key] = at;
      let company = companies.at(-1);
      if (company?.key !== key) {
        if (companies.length === limit) return companies.map(finished);
        company = { key, keys: {}, rows: 0, values: new Map(), problems: [] };
        companies.push(company);
      }
      collect(company, data, metrics);
      place = at;
    }
    if (rows.length < AT_ONCE) return companies.map(finished);
  }
}

interface Collected {
  readonly key: string;
  keys: CompanyKeys;
  rows: number;
  readonly values: Map<string, Gathered>;
  readonly problems: string[];
}

function collect(company: Collected, { keys, values, problems }: Omit<StagedRow, 'key'>, metrics: ProductDataSyncSettings['metrics']): void {
  company.rows += 1;
  company.keys = { ...company.keys, ...keys };
  for (const [name, value] of Object.entries(values)) {
    const metric = metrics[name];
    if (metric !== undefined) company.values.set(name, gather(metric.type, metric.combine, company.values.get(name), value));
  }
  company.problems.push(...problems.slice(0, PROBLEMS_KEPT - company.problems.length));
}

function finished({ values, ...company }: Collected): CompanyRow {
  return { ...company, values: Object.fromEntries([...values].map(([name, { value }]): [string, MetricValue] => [name, value])) };
}
