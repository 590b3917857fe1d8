import type { ConnectionInput } from '../../config/connection.ts';
import { SnowflakeSettings, type SnowflakeInput } from './settings.ts';

/** A Snowflake account, read over its SQL API (docs.snowflake.com/en/developer-guide/sql-api). */
export function snowflake(settings: SnowflakeInput): ConnectionInput<'snowflake'> {
  return { kind: 'snowflake', schema: SnowflakeSettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openSnowflake } };
}
