import { defineConfig, type SluiceConfig } from '../src/config/define-config.ts';
import { secret } from '../src/config/secret.ts';
import { jsonForm } from '../src/connectors/json-form/index.ts';
import { postgres } from '../src/connectors/postgres/index.ts';
import { resend } from '../src/connectors/resend/settings.ts';
import { twenty } from '../src/connectors/twenty/settings.ts';
import { bidirectionalSync } from '../src/workflows/bidirectional-sync/index.ts';
import { leadScoring } from '../src/workflows/lead-scoring/index.ts';
import { webForms } from '../src/workflows/web-forms/index.ts';
import { burstConfig, type BurstName } from './burst-config.ts';

/** Mails a second, above anything that is sent here: no budget is to be felt on either side. */
export const MAILS_PER_SECOND = 1_000;
export const INTEGRATION = 'contact-form';
export const NOTIFY = { to: ['sales@acme.example'], from: 'Sluice <sluice@acme.example>' } as const;

/** The integration with the backlog. */
export const STORM = 'storm';

/** A second workspace that is dead, and who writes to it; scoring and a two-way sync, which go on. Only with `BENCH_VENDOR_URL`. */
export const PARTNERS = 'partners';
export const SCORING = 'lead-score';
export const SYNC = 'accounts-sync';

const AT_ONCE = { quietSeconds: 0, maxSeconds: 0 };

/** Sluice as it is measured: a form with all its steps, and one for a backlog; no budgets unless `BENCH_BUDGET` is a number of calls a minute; and what `BENCH_BURST` names. */
export function benchConfig(env: NodeJS.ProcessEnv): SluiceConfig {
  const vendorUrl = env['BENCH_VENDOR_URL'];
  const burst = env['BENCH_BURST'] === undefined ? undefined : burstConfig(env['BENCH_BURST'] as BurstName, env);
  return defineConfig({
    workspace: { timeZone: 'UTC', country: 'DE', catchUp: 'off' },
    connections: {
      twenty: twenty({ url: env['TWENTY_API_URL'] ?? 'http://127.0.0.1', apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: env['BENCH_BUDGET'] === undefined ? 'off' : { perMinute: Number(env['BENCH_BUDGET']) } }),
      mail: resend({ apiKey: secret('RESEND_API_KEY'), baseUrl: env['RESEND_BASE_URL'] ?? 'http://127.0.0.1', limits: { perSecond: MAILS_PER_SECOND } }),
      ...(vendorUrl === undefined ? {} : {
        vendor: twenty({ url: vendorUrl, apiKey: secret('VENDOR_KEY'), budget: 'off' }),
        accounts: accountsTable(env['BENCH_ACCOUNTS_URL'] ?? 'postgres://127.0.0.1/accounts'),
      }),
      ...burst?.connections,
    },
    integrations: {
      [INTEGRATION]: webForms({ source: jsonForm({ unauthenticated: true }), notify: { to: [...NOTIFY.to], from: NOTIFY.from }, hourly: { mails: 100_000 } }),
      [STORM]: webForms({ source: jsonForm({ unauthenticated: true }) }),
      ...(vendorUrl === undefined ? {} : {
        [PARTNERS]: webForms({ source: jsonForm({ unauthenticated: true }), twenty: 'vendor' }),
        [SCORING]: leadScoring({ settle: AT_ONCE }),
        [SYNC]: bidirectionalSync({
          object: 'company', external: { connection: 'accounts', object: 'accounts' }, match: ['name'], firstLoad: 'write', settle: AT_ONCE,
          fields: { name: { twenty: 'name', external: 'name' }, site: { twenty: 'linkedinLink.primaryLinkUrl', external: 'site' } },
          schedules: { changesEverySeconds: 86_400 }, guards: { maxRunsPerRecordPerHour: 10_000 },
        }),
      }),
      ...burst?.integrations,
    },
  });
}

function accountsTable(databaseUrl: string): ReturnType<typeof postgres> {
  const { hostname, port, pathname, username } = new URL(databaseUrl);
  return postgres({ host: hostname, port: Number(port || 5432), database: pathname.slice(1), user: decodeURIComponent(username), password: secret('BENCH_ACCOUNTS_PASSWORD'), tls: 'off', tables: { accounts: {} } });
}
