import type { ConnectionInput } from '../../config/connection.ts';
import { PosthogSettings, type PosthogInput } from './settings.ts';

/** A PostHog project, read in HogQL over its query API (posthog.com/docs/api/queries). */
export function posthog(settings: PosthogInput): ConnectionInput<'posthog'> {
  return { kind: 'posthog', schema: PosthogSettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openPosthog } };
}
