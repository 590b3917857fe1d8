import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnection } from '@temporalio/worker';
import { INTEGRATION_ATTRIBUTE, USE_CASE_ATTRIBUTE } from '../dispatcher/run-starter.ts';

/** How to reach Temporal, read from the environment as Temporal's own tools read it (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, …). */
export function temporalConfig(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const overrideEnvVars = Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]])));
  return loadClientConnectConfig({ overrideEnvVars });
}

/** Left alone, the client would wait up to two minutes between its tries to reach a server that was away. */
const RECONNECT_WITHIN_MS = 10_000;

/** A client that connects when it is first used, so that a Temporal that is away stops nobody from starting. */
export function temporalClient(env: NodeJS.ProcessEnv): { readonly client: Client; close(): Promise<void> } {
  const config = temporalConfig(env);
  const channelArgs = { 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN_MS };
  const connection = Connection.lazy({ ...config.connectionOptions, channelArgs });
  return { client: new Client({ connection, namespace: config.namespace ?? 'default' }), close: () => connection.close() };
}

/** The worker's own connection. Throws when Temporal is away. Only here is the native core needed, which takes a third of a second to load. */
export async function nativeConnection(env: NodeJS.ProcessEnv): Promise<{ readonly connection: NativeConnection; readonly namespace: string }> {
  const config = temporalConfig(env);
  const worker = await import('@temporalio/worker');
  return { connection: await worker.NativeConnection.connect(config.connectionOptions), namespace: config.namespace ?? 'default' };
}

const KEYWORD = 2;

/** Makes Sluice's search attributes where they are missing. Answers false when the server has none and lets us make none. */
export async function ensureSearchAttributes(client: Client): Promise<boolean> {
  const names = [INTEGRATION_ATTRIBUTE, USE_CASE_ATTRIBUTE];
  const { operatorService } = client.connection as Connection;
  const namespace = client.options.namespace;
  try {
    const { customAttributes } = await client.withDeadline(Date.now() + 5_000, () => operatorService.listSearchAttributes({ namespace }));
    const missing = names.filter((name) => customAttributes[name] === undefined);
    if (missing.length > 0) {
      const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
      await client.withDeadline(Date.now() + 5_000, () => operatorService.addSearchAttributes({ namespace, searchAttributes }));
    }
    return true;
  } catch {
    return false;
  }
}
