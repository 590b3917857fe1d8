import type { CommonInput } from '../../src/config/common.ts';
import { secret } from '../../src/config/secret.ts';
import { snowflake } from '../../src/connectors/snowflake/index.ts';
import { snowflakeStandIn } from '../../src/sandbox/tools/snowflake.ts';
import type { SampleTable, WarehouseHands, WarehouseStandInOptions } from '../../src/sandbox/tools/warehouse-tables.ts';
import { productDataSync, type ProductDataSyncInput } from '../../src/workflows/product-data-sync/index.ts';
import { type Ending, type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';
import { SYNC } from './sync.ts';

export { SYNC } from './sync.ts';

export type Cell = string | number | boolean | null;

/** A stack with product data sync as `usage-sync` before a Snowflake, on a workspace that `sluice setup` has prepared. */
export interface SyncStack extends Omit<PreparedStack, 'record'> {
  readonly warehouse: WarehouseHands;
  /** Makes a company as a signed-in user does; answers the id. */
  company(fields: Readonly<Record<string, unknown>>): string;
  record(id: string): Readonly<Record<string, unknown>>;
  /** What the warehouse holds from now on: rows of account, domain, name, active users, monthly revenue. */
  usage(rows: readonly (readonly Cell[])[]): void;
  /** Syncs by hand and waits for the end; answers how it ended. */
  sync(options?: { readonly dryRun?: boolean }): Promise<Ending>;
  /** What the last sync says of companies and rows that people have to look at. */
  findings(): Promise<readonly { readonly name: string; readonly state: string; readonly reason: string | null }[]>;
  tasks(): readonly { readonly title: unknown; readonly assigneeId: unknown; readonly company: unknown }[];
}

export const usageTable = (rows: readonly (readonly Cell[])[]): SampleTable => ({
  columns: [{ name: 'account_id', type: 'text' }, { name: 'domain', type: 'text' }, { name: 'company_name', type: 'text' }, { name: 'active_users', type: 'number' }, { name: 'mrr', type: 'number' }],
  rows,
});

export const domainOf = (name: string) => ({ name, domainName: { primaryLinkUrl: `https://${name.toLowerCase().replaceAll(' ', '')}.example` } });

export async function startSync(settings: Partial<ProductDataSyncInput & CommonInput> = {}, options: StackOptions & { readonly warehouse?: WarehouseStandInOptions } = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<SyncStack> {
  const warehouse = snowflakeStandIn(options.warehouse);
  const stack = await startPrepared({
    ...options, tools: [warehouse, ...(options.tools ?? [])],
    connections: (env) => ({
      warehouse: snowflake({ account: 'myorg-myaccount', auth: { user: 'sluice', privateKey: secret('SNOWFLAKE_PRIVATE_KEY') }, baseUrl: env['SNOWFLAKE_BASE_URL']!, limits: { perSecond: 1000 } }),
      ...(typeof options.connections === 'function' ? options.connections(env) : options.connections),
    }),
    integrations: { 'usage-sync': productDataSync({ ...SYNC, ...settings }), ...options.integrations },
  }, parts);
  const { database, twenty } = stack;
  return {
    ...stack,
    warehouse,
    company: (fields) => stack.make('companies', fields),
    record: (id) => stack.record('companies', id),
    usage: (rows) => warehouse.hold({ usage: usageTable(rows) }),
    async sync(runOptions) {
      await stack.run('usage-sync', undefined, runOptions);
      await stack.quiet();
      return (await stack.endings('usage-sync')).at(-1)!;
    },
    async findings() {
      const { rows } = await database.pool.query<{ name: string; state: string; reason: string | null }>(
        `select name, state, reason from product_sync_companies where delivery_id = (select id from deliveries where integration = 'usage-sync' order by seq desc limit 1) and reason is not null order by abs(page), position`);
      return rows;
    },
    tasks() {
      const links = twenty.records('taskTargets');
      return twenty.records('tasks').map(({ id, title, assigneeId }) => ({ title, assigneeId, company: links.filter(({ taskId }) => taskId === id).map((link) => link['targetCompanyId']).join() }));
    },
  };
}
