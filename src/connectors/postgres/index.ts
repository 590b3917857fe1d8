import type { ConnectionInput } from '../../config/connection.ts';
import { PostgresSettings, type PostgresInput } from './settings.ts';

/** A PostgreSQL database: read directly as a warehouse, best on a replica with a user who may only read; or kept in step by a two-way sync. */
export function postgres(settings: PostgresInput): ConnectionInput<'postgres'> {
  return { kind: 'postgres', schema: PostgresSettings, settings, tool: { roles: ['warehouse', 'counterpart'], open: async () => (await import('./client.ts')).openPostgres } };
}
