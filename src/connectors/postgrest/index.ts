import type { ConnectionInput } from '../../config/connection.ts';
import { PostgrestSettings, type PostgrestInput } from './settings.ts';

/** Tables and views behind PostgREST, as Supabase has it (docs.postgrest.org). */
export function postgrest(settings: PostgrestInput): ConnectionInput<'postgrest'> {
  return { kind: 'postgrest', schema: PostgrestSettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openPostgrest } };
}
