import type { Database } from './database.ts';

/** Something that a run over many found and a person may want to look at: a company that is missing, a row that could not be read. */
export interface FindingView {
  readonly name: string;
  /** To group by, `unmatched`. */
  readonly code: string;
  readonly reason: string;
}

const MOST = 20_000;

/** What the runs of these deliveries found, in the order in which they did. */
export async function findingsOf(database: Database, deliveryIds: readonly string[]): Promise<ReadonlyMap<string, readonly FindingView[]>> {
  const { rows } = await database.pool.query<FindingView & { delivery_id: string }>(
    `select delivery_id, name, state as code, reason from product_sync_companies
     where delivery_id = any($1::uuid[]) and reason is not null order by delivery_id, abs(page), position limit ${String(MOST)}`, [deliveryIds]);
  return new Map([...Map.groupBy(rows, ({ delivery_id: id }) => id)].map(([id, all]) => [id, all.map(({ name, code, reason }) => ({ name, code, reason }))]));
}
