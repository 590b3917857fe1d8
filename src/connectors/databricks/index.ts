import type { ConnectionInput } from '../../config/connection.ts';
import { DatabricksSettings, type DatabricksInput } from './settings.ts';

/** A Databricks SQL warehouse, read over the statement execution API (docs.databricks.com/api/statement-execution). */
export function databricks(settings: DatabricksInput): ConnectionInput<'databricks'> {
  return { kind: 'databricks', schema: DatabricksSettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openDatabricks } };
}
