import type { ConnectionInput } from '../../config/connection.ts';
import { ClickHouseSettings, type ClickHouseInput } from './settings.ts';

/** A ClickHouse server, read over its HTTP interface (clickhouse.com/docs/interfaces/http). */
export function clickhouse(settings: ClickHouseInput): ConnectionInput<'clickhouse'> {
  return { kind: 'clickhouse', schema: ClickHouseSettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openClickHouse } };
}
