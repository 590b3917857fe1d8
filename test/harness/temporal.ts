import path from 'node:path';
import { startLocalTemporal } from '../../src/local/temporal.ts';

export interface TestTemporal {
  readonly where: { readonly address: string; readonly namespace: string };
  stop(): Promise<void>;
}

/** Outside any home, so that a clean clone installs the program once and later runs find it. */
const binDir = path.join(import.meta.dirname, '../../node_modules/.cache/sluice/bin');

export async function temporal(home: string): Promise<TestTemporal> {
  const namespace = 'default';
  const server = await startLocalTemporal({ home, namespace, binDir });
  return { where: { address: server.address, namespace }, stop: server.stop };
}
