import { existsSync, writeFileSync } from 'node:fs';
import { loadConfig } from '../config/load.ts';
import { findSecret, resolveSecret, secret } from '../config/secret.ts';
import { migrate } from '../store/migrate.ts';
import { openHome } from './home.ts';
import type { Home } from './home.ts';
import type { Part, Parts } from './parts.ts';
import { prepareWorkspaces } from './prepare.ts';
import { withProgress } from './progress.ts';
import type { Say } from './progress.ts';
import { realConnections } from './sample-plan.ts';
import { sendSamples } from './samples.ts';
import type { SampleResult } from './samples.ts';
import { startLocalServers } from './servers.ts';
import { secretsForSamples } from './sign-sample.ts';
import { createStack } from './stack.ts';

export interface StartOptions {
  readonly parts: Parts;
  /** Read and completed: what is started here is set in it. */
  readonly env: NodeJS.ProcessEnv;
  readonly say: Say;
  /** Gives up a start that is under way. */
  readonly signal: AbortSignal;
  /** `keep` leaves the samples for another start; `send` (default) sends them on the first start on this data. */
  readonly samples?: 'send' | 'keep';
}

export interface Running {
  /** Where to reach what, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** What came of the samples, on the first start on this data. */
  readonly samples: readonly SampleResult[];
  /** Rejects when a part is gone for good. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** With the start itself this stays under a minute, unless the environment allows more. */
const samplesWaitSeconds = 40;

/** All of Sluice in this process, and the servers that the environment does not name beside it. Ends what it began when it fails. */
export async function start({ parts, env, say, signal, samples: samplesMode = 'send' }: StartOptions): Promise<Running> {
  const home = openHome(env['SLUICE_HOME'] ?? '.sluice');
  const stack = createStack((name, error) => say(`${name} did not end cleanly: ${messageOf(error)}`));
  stack.add('the lock on the data folder', () => Promise.resolve(home.release()));
  try {
    const servers = await startLocalServers(home, stack, env, say);
    signal.throwIfAborted();
    await withProgress('Migrating the database', say, () => migrate(resolveSecret(secret('DATABASE_URL'), env)));
    const config = await loadConfig(env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
    config.warnings.forEach((warning) => say(`Warning: ${warning}`));
    // Beside stand-ins nobody has agreed on secrets for webhooks with anybody: any will do.
    const agreed = servers.isSandbox.twenty ? secretsForSamples(Object.values(config.integrations), env) : {};
    Object.assign(env, agreed);

    const running: Part[] = [];
    for (const name of ['gateway', 'dispatcher', 'worker'] as const) {
      signal.throwIfAborted();
      const part = await withProgress(`Starting the ${name}`, say, () => parts[name](config, env));
      stack.add(`the ${name}`, () => part.close());
      running.push(part);
      if (name === 'gateway') await prepareWorkspaces({ config, env, gatewayUrl: part.url ?? '', isSandbox: servers.isSandbox.twenty, say });
    }
    const gatewayUrl = running[0]?.url ?? '';
    const addresses = { Gateway: gatewayUrl, ...servers.addresses };
    home.remember(addresses, { ...servers.standIns, ...agreed });

    const apiToken = findSecret(secret('SLUICE_API_TOKEN'), env);
    const request = {
      gatewayUrl, twentyUrl: env['TWENTY_API_URL'] ?? '', databaseUrl: resolveSecret(secret('DATABASE_URL'), env), config, env, apiToken, signal,
      waitMs: 1_000 * (Number(env['SLUICE_SAMPLES_WAIT_SECONDS']) || samplesWaitSeconds),
    };
    const samples = samplesMode === 'keep' ? [] : await firstSamples(home, realConnections(config), say, () => sendSamples(request));
    return { addresses, samples, failed: firstFailure(servers.lost, running), close: stack.end };
  } catch (error) {
    await stack.end();
    throw error;
  }
}

/** Samples go through once per data folder, and only where nobody real is at the other end. */
async function firstSamples(
  home: Home,
  real: readonly string[],
  say: Say,
  send: () => Promise<readonly SampleResult[]>,
): Promise<readonly SampleResult[]> {
  if (existsSync(home.samplesSent)) return [];
  if (real.length > 0) {
    say(`The samples stay here, because ${real.join(' and ')} ${real.length === 1 ? 'is' : 'are'} real: sluice try shows what they would do.`);
    return [];
  }
  const results = await withProgress('Sending the samples through', say, send);
  writeFileSync(home.samplesSent, `${new Date().toISOString()}\n`);
  return results;
}

function firstFailure(lost: Promise<string>, parts: readonly Part[]): Promise<never> {
  const ends = parts.flatMap((part) => (part.ended === undefined ? [] : [part.ended.then(() => 'A part of Sluice ended.')]));
  const failed = Promise.race([lost, ...ends]).then((reason) => Promise.reject(new Error(reason)));
  failed.catch(() => undefined); // whoever waits for it is told
  return failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
