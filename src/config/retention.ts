import type { RetentionPolicy } from '../domain/retention.ts';
import type { SluiceConfig } from './define-config.ts';

/** How long things are kept, as configured. */
export function retentionPolicy({ workspace, integrations }: Pick<SluiceConfig, 'workspace' | 'integrations'>): RetentionPolicy {
  return {
    otherwise: workspace.retention,
    byIntegration: new Map(Object.values(integrations).map(({ name, retention }) => [name, retention])),
  };
}
