import type { ConfigInput } from '../src/config/define-config.ts';
import { secret } from '../src/config/secret.ts';
import { clickhouse } from '../src/connectors/clickhouse/index.ts';
import { peopleDataLabs } from '../src/connectors/people-data-labs/index.ts';
import { smartlead } from '../src/connectors/smartlead/index.ts';
import { emailSequences } from '../src/workflows/email-sequences/index.ts';
import { enrichment } from '../src/workflows/enrichment/index.ts';
import { leadScoring } from '../src/workflows/lead-scoring/index.ts';
import { productDataSync } from '../src/workflows/product-data-sync/index.ts';

/** Bursts that are measured, each by itself; the name is the integration's, too. */
export const BURSTS = ['enrichment', 'scoring', 'product-sync', 'sequences'] as const;
export type BurstName = (typeof BURSTS)[number];

/** Calls a minute of the tools, above anything that is made here. */
const FREELY = { perMinute: 1_000_000 };
const SETTLE = { quietSeconds: 10, maxSeconds: 60 };

/** The one integration of a burst, as it comes out of the box but for settling, with its tool. */
export function burstConfig(name: BurstName, env: NodeJS.ProcessEnv): Pick<ConfigInput, 'connections' | 'integrations'> {
  switch (name) {
    case 'enrichment':
      return {
        connections: { pdl: peopleDataLabs({ apiKey: secret('PDL_API_KEY'), baseUrl: env['PDL_BASE_URL'], limits: FREELY }) },
        integrations: { [name]: enrichment({ providers: 'pdl', settle: SETTLE }) },
      };
    case 'sequences':
      return {
        connections: { smartlead: smartlead({ apiKey: secret('SMARTLEAD_API_KEY'), baseUrl: env['SMARTLEAD_BASE_URL'], limits: FREELY }) },
        // With its follow-up task for each person, linked to the person and the company.
        integrations: { [name]: emailSequences({ tool: 'smartlead', rules: [{ field: 'jobTitle', operator: 'isFilled', sequence: '372' }], settle: SETTLE, guards: { flood: { above: 100_000, then: 'sets' } } }) },
      };
    case 'scoring':
      return { connections: {}, integrations: { [name]: leadScoring({ settle: SETTLE }) } };
    case 'product-sync':
      return {
        connections: { warehouse: clickhouse({ baseUrl: env['CLICKHOUSE_URL'] ?? 'http://127.0.0.1', user: 'sluice', password: secret('CLICKHOUSE_PASSWORD') }) },
        integrations: {
          [name]: productDataSync({
            source: { query: 'select account_id, domain, active_users from usage', orderBy: ['account_id'] }, keys: { domain: 'domain' },
            metrics: { activeUsers: { column: 'active_users', decimals: 0 } }, schedule: 'off',
          }),
        },
      };
  }
}
