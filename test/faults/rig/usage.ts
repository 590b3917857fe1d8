import { expect } from 'vitest';
import { snowflakeStandIn } from '../../../src/sandbox/tools/snowflake.ts';
import type { StandIn } from '../../../src/sandbox/tools/stand-in.ts';
import type { WarehouseHands } from '../../../src/sandbox/tools/warehouse-tables.ts';
import { killWorkerAt, startByHand } from './death.ts';
import type { Asked } from './http-gate.ts';
import { type Rig, startRig } from './rig.ts';

export interface UsageRig {
  readonly rig: Rig;
  readonly warehouse: StandIn & WarehouseHands;
}

/** A rig with product data sync before a Snowflake, on a workspace that has its fields. */
export async function startUsageRig(): Promise<UsageRig> {
  const warehouse = snowflakeStandIn({ pageRows: 5 });
  return { rig: await startRig({ config: 'usage.config.ts', tools: [warehouse], prepare: true }), warehouse };
}

type Moment = readonly [name: string, gate: 'twenty' | 'tools', at: 'request' | 'answer', match: (asked: Asked) => boolean];

/** What is held up when the worker dies, and where: `request` has not arrived, `answer` has been carried out. */
export const moments: readonly Moment[] = [
  ['its query has been run and nobody has heard it', 'tools', 'answer', ({ path }) => path.includes('requestId=')],
  ['its second page has been read and not been kept', 'tools', 'answer', ({ path }) => path.includes('partition=1')],
  ['its metrics have not arrived', 'twenty', 'request', ({ body }) => body.includes('"upsert":true')],
  ['its metrics are written and nobody has heard it', 'twenty', 'answer', ({ body }) => body.includes('"upsert":true')],
  ['its companies are made and nobody has heard it', 'twenty', 'answer', ({ body }) => body.includes('createCompanies(') && !body.includes('"upsert":true')],
  ['its tasks are made and nobody has heard it', 'twenty', 'answer', ({ body }) => body.includes('createTasks(')],
  ['its links have not arrived', 'twenty', 'request', ({ body }) => body.includes('createTaskTargets(')],
];

/** Kills the worker at this moment and starts it again: every company holds its sum, the missing one is made once, each fall told once, and the query was run once. */
export async function dieAt({ rig, warehouse }: UsageRig, [name, gate, at, match]: Moment): Promise<void> {
  const { twenty } = rig;
  const slug = name.replace(/\W+/g, '-');
  const hosts = Array.from({ length: 6 }, (_, n) => `${slug}${String(n)}.example`);
  const ids = hosts.slice(0, 5).map((host) => String(twenty.asUser.create('companies', { name: host, domainName: { primaryLinkUrl: `https://${host}` } })['id']));
  // Two rows each; the sums are 2, 4, … 12: four are under ten.
  const rows = [...hosts, ...hosts].map((host, index) => [`${slug}-${String(index % 6)}`, host, (index % 6) + 1]);
  warehouse.hold({ usage: { columns: [{ name: 'account_id', type: 'text' }, { name: 'domain', type: 'text' }, { name: 'active_users', type: 'number' }], rows } });
  const ran = warehouse.queries();
  await killWorkerAt(rig, { gate: gate === 'tools' ? rig.toolsGate : rig.twentyGate, at, match }, () => startByHand(rig, 'usage-sync', slug));

  const companies = twenty.records('companies').filter((one) => hosts.some((host) => (one['domainName'] as { primaryLinkUrl: string }).primaryLinkUrl === `https://${host}`));
  const users = new Map(companies.map((one) => [(one['domainName'] as { primaryLinkUrl: string }).primaryLinkUrl, one['activeUsers']]));
  expect(hosts.map((host) => users.get(`https://${host}`))).toEqual([2, 4, 6, 8, 10, 12]);
  expect(companies).toHaveLength(6);
  const links = twenty.records('taskTargets').map((link) => link['targetCompanyId']);
  expect(ids.map((id) => links.filter((link) => link === id).length)).toEqual([1, 1, 1, 1, 0]);
  expect(twenty.records('tasks').filter(({ title }) => String(title).includes(slug))).toHaveLength(4);
  expect(warehouse.queries() - ran).toBe(1);
  expect(await rig.rows('select 1 from product_metrics where owed')).toEqual([]);
  expect(await rig.rows(`select key from effects where state = 'attempting'`)).toEqual([]);
  expect(await rig.rows('select 1 from product_syncs')).toEqual([]);
  const [last] = await rig.rows<{ state: string; reason: string }>(`select state, reason from deliveries where integration = 'usage-sync' order by seq desc limit 1`);
  expect([last?.state, last?.reason]).toEqual(['succeeded', '12 rows: 5 written, 1 created, 4 tasks']);
}
