import type { SluiceConfig } from '../config/define-config.ts';
import { resolveSecret } from '../config/secret.ts';
import type { RateListener } from '../connectors/http/client.ts';
import { createResendClient, type ResendClient } from '../connectors/resend/index.ts';
import type { ResendSettings } from '../connectors/resend/settings.ts';
import { createTwentyClient, type TwentyClient } from '../connectors/twenty/index.ts';
import type { TwentySettings } from '../connectors/twenty/settings.ts';

/** The connectors of a configuration, one per connection, by name. */
export interface Connectors {
  twenty(connection: string): TwentyClient;
  mail(connection: string): ResendClient;
  close(): Promise<void>;
}

/** Builds every configured connector; secrets are read when they are used. `rateListener` makes who is told what a connection's service says of its rates. */
export function createConnectors(config: SluiceConfig, env: NodeJS.ProcessEnv, rateListener?: (connection: string) => RateListener): Connectors {
  const twenty = new Map<string, TwentyClient>();
  const mail = new Map<string, ResendClient>();
  for (const { name, kind, settings } of Object.values(config.connections)) {
    if (kind === 'twenty') {
      const { url, apiKey, batchSize, frontUrl, allowInsecure } = settings as TwentySettings;
      const hosts = allowInsecure ? [...config.allowInsecure, new URL(url).hostname] : config.allowInsecure;
      twenty.set(name, createTwentyClient({ url, frontUrl, maxBatch: batchSize, apiKey: () => resolveSecret(apiKey, env), allowInsecure: hosts }));
    } else if (kind === 'resend') {
      const { baseUrl, apiKey, allowInsecure } = settings as ResendSettings;
      const hosts = allowInsecure ? [...config.allowInsecure, new URL(baseUrl).hostname] : config.allowInsecure;
      mail.set(name, createResendClient({ baseUrl, apiKey: () => resolveSecret(apiKey, env), allowInsecure: hosts, onRateNews: rateListener?.(name) }));
    }
  }
  return {
    twenty: (connection) => known(twenty, connection, 'twenty'),
    mail: (connection) => known(mail, connection, 'resend'),
    close: async () => {
      await Promise.all([...twenty.values(), ...mail.values()].map((client) => client.close()));
    },
  };
}

function known<T>(clients: ReadonlyMap<string, T>, connection: string, kind: string): T {
  const client = clients.get(connection);
  if (client === undefined) throw new Error(`The connection ${connection} is not configured as ${kind}({…}).`);
  return client;
}
