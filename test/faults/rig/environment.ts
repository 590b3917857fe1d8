import path from 'node:path';
import { namespace, type ServerVictim } from './servers.ts';
import type { TcpGate } from './tcp-gate.ts';

/** Where the parts find everything. */
export interface Where {
  readonly postgres: ServerVictim;
  readonly temporal: ServerVictim;
  readonly twentyUrl: string;
  readonly twentyKey: string;
  readonly mailUrl: string;
  readonly mailKey: string;
  /** The gateway's own; it stays the same over its deaths. */
  readonly port: number;
  /** File with the bundled workflows. */
  readonly bundle: string;
  readonly callsPerMinute?: number;
  /** Addresses and keys of the tools. */
  readonly toolsEnv: Readonly<Record<string, string>>;
  /** Name of another configuration beside the usual one. */
  readonly config?: string;
}

export const apiToken = 'fault-run';

/** The environment of a part; `gate` stands between it and Temporal. */
export function partEnvironment(where: Where, gate?: TcpGate): NodeJS.ProcessEnv {
  const { postgres, temporal, callsPerMinute } = where;
  return {
    ...where.toolsEnv,
    PATH: process.env['PATH'],
    DATABASE_URL: postgres.address(),
    TEMPORAL_ADDRESS: gate === undefined ? temporal.address() : `127.0.0.1:${String(gate.port)}`,
    TEMPORAL_NAMESPACE: namespace,
    SLUICE_CONFIG: path.join(import.meta.dirname, '..', where.config ?? 'sluice.config.ts'),
    SLUICE_WORKFLOW_BUNDLE: where.bundle,
    SLUICE_API_TOKEN: apiToken,
    PORT: String(where.port),
    TWENTY_API_URL: where.twentyUrl,
    TWENTY_API_KEY: where.twentyKey,
    TWENTY_WEBHOOK_SECRET: 'the secret of the fault run',
    SLUICE_PUBLIC_URL: `http://127.0.0.1:${String(where.port)}`,
    RESEND_BASE_URL: where.mailUrl,
    RESEND_API_KEY: where.mailKey,
    ...(callsPerMinute === undefined ? {} : { FAULT_CALLS_PER_MINUTE: String(callsPerMinute) }),
  };
}
