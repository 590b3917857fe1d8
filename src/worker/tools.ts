import type { SluiceConfig } from '../config/define-config.ts';
import { resolveSecret, type SecretRef } from '../config/secret.ts';
import { createHttpClient, type HttpClient, type RateListener } from '../connectors/http/client.ts';
import type { OpenTool, Tool, Tools } from '../connectors/tool.ts';
import { ConnectorError } from '../domain/failure.ts';
import type { Role } from '../domain/role.ts';

/** The tools of a configuration, one per connection that has a card. */
export interface OpenTools {
  tool<R extends Role>(role: R, connection: string): Tools[R];
  close(): Promise<void>;
}

/** Loads and opens every configured tool; secrets are read when they are used. */
export async function openTools(config: SluiceConfig, env: NodeJS.ProcessEnv, rateListener: (connection: string) => RateListener): Promise<OpenTools> {
  const clients: HttpClient[] = [];
  const tools = new Map<string, Tool>();
  for (const { name, settings, tool } of Object.values(config.connections)) {
    if (tool === undefined) continue;
    const open = (await tool.open()) as OpenTool<unknown>;
    const allowInsecure = insecureHosts(settings, config.allowInsecure);
    tools.set(name, open(settings, {
      secret: (ref) => () => secretOf(name, ref, env),
      http: (options) => {
        const client = createHttpClient({ ...options, allowInsecure, onRateNews: rateListener(name) });
        clients.push(client);
        return client;
      },
      allowInsecure,
    }));
  }
  return {
    tool<R extends Role>(role: R, connection: string): Tools[R] {
      const found = tools.get(connection)?.[role] as Tools[R] | undefined;
      if (found === undefined) throw new Error(`The connection ${connection} is not configured as a tool for ${role}.`);
      return found;
    },
    close: async () => {
      await Promise.all([...[...tools.values()].map((tool) => tool.close?.()), ...clients.map((client) => client.close())]);
    },
  };
}

/** A secret that is not set is a credential that is not there: the work waits for it. */
function secretOf(connection: string, ref: SecretRef, env: NodeJS.ProcessEnv): string {
  try {
    return resolveSecret(ref, env);
  } catch (cause) {
    throw new ConnectorError(connection, 'unauthorized', `${connection}: ${(cause as Error).message}`, { cause });
  }
}

/** `allowInsecure: true` in a connection's settings stands for the host of its own address. */
function insecureHosts(settings: unknown, allowed: readonly string[]): readonly string[] {
  const { allowInsecure, baseUrl, url } = settings as { readonly allowInsecure?: unknown; readonly baseUrl?: unknown; readonly url?: unknown };
  const own = URL.parse(typeof baseUrl === 'string' ? baseUrl : typeof url === 'string' ? url : '');
  return allowInsecure === true && own !== null ? [...allowed, own.hostname] : allowed;
}
