import { ConnectorError } from '../domain/failure.ts';
import type { Tool } from './tool.ts';
import { freely } from './tool.fixture.ts';
import type { WarehousePage, WarehouseRow, WarehouseSource } from './warehouse.ts';

export const USAGE: WarehouseSource = {
  query: 'select account_id, domain, active_users, last_seen, renews_on, is_trial from usage', columns: ['account_id', 'domain', 'active_users', 'last_seen', 'renews_on', 'is_trial'],
  orderBy: ['account_id'], pageRows: 2, requestId: '7e57d000-0000-4000-8000-000000000001',
};

/** All rows of a source, page by page, and how many pages and other answers there were. */
export async function readAll({ warehouse }: Tool, source: WarehouseSource = USAGE): Promise<{ readonly rows: readonly WarehouseRow[]; readonly pages: number; readonly kinds: readonly WarehousePage['kind'][] }> {
  const rows: WarehouseRow[] = [];
  const kinds: WarehousePage['kind'][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await warehouse!.readPage(source, cursor, freely);
    kinds.push(page.kind);
    if (page.kind === 'expired') throw new ConnectorError('test', 'rejected', 'expired');
    if (page.kind === 'rows') rows.push(...page.rows);
    if (page.next === undefined) return { rows, pages: kinds.filter((kind) => kind === 'rows').length, kinds };
    cursor = page.next;
  }
}

/** One request of a read. */
export function readOne({ warehouse }: Tool, source: Partial<WarehouseSource> = {}, cursor?: string): Promise<WarehousePage> {
  const requestId = source.query === undefined ? USAGE.requestId : '7e57d000-0000-4000-8000-000000000002';
  return warehouse!.readPage({ ...USAGE, requestId, ...source }, cursor, freely);
}
