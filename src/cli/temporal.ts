import path from 'node:path';
import type { Client } from '@temporalio/client';
import { CliError } from './failure.ts';

/** A client of the Temporal server that the environment names, else of the one of a `sluice start` that runs on SLUICE_HOME. */
export async function withTemporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const { temporalClient } = await import('../worker/temporal.ts');
  const { runningTemporal } = await import('../local/temporal.ts');
  const home = path.resolve(process.env['SLUICE_HOME'] ?? '.sluice');
  const local = process.env['TEMPORAL_ADDRESS'] === undefined ? runningTemporal(home) : undefined;
  const env = local === undefined ? process.env : { ...process.env, TEMPORAL_ADDRESS: local.address, TEMPORAL_NAMESPACE: local.namespace };
  const { client, close } = temporalClient(env);
  try {
    return await client.withDeadline(Date.now() + 15_000, () => work(client));
  } catch (error) {
    const cause = (error as { cause?: { code?: unknown } }).cause;
    if (cause?.code === UNAVAILABLE || cause?.code === DEADLINE_EXCEEDED) throw new CliError('Temporal does not answer: TEMPORAL_ADDRESS names it, or run npm start beside this.', { cause: error });
    throw error;
  } finally {
    await close();
  }
}

/** gRPC's status codes. */
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;
