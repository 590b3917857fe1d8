import path from 'node:path';
import { findSecret, secret } from '../config/secret.ts';
import type { Home } from './home.ts';
import { keepRunning } from './keep-running.ts';
import { startLocalPostgres } from './postgres.ts';
import { withProgress } from './progress.ts';
import type { Say } from './progress.ts';
import type { Stack } from './stack.ts';
import { startMailStandIn, startToolsStandIn, startTwentyStandIn } from './stand-ins.ts';
import type { StandIn } from './stand-ins.ts';
import { startLocalTemporal } from './temporal.ts';

/** What was started here instead of what the environment may name. */
export interface LocalServers {
  /** By name, for people. */
  readonly addresses: Readonly<Record<string, string>>;
  /** What the stand-ins set in the environment. */
  readonly standIns: Readonly<Record<string, string>>;
  readonly isSandbox: { readonly twenty: boolean; readonly mail: boolean };
  /** Resolves with a reason when one of them is gone for good. */
  readonly lost: Promise<string>;
}

const defaultNamespace = 'sluice';

/**
 * Starts what the environment does not name: PostgreSQL without DATABASE_URL, Temporal without TEMPORAL_ADDRESS, the Twenty
 * stand-in and those of all tools without TWENTY_API_KEY, the mail box without RESEND_API_KEY. Sets these variables, so that all other code reads
 * one kind of environment.
 */
export async function startLocalServers(home: Home, stack: Stack, env: NodeJS.ProcessEnv, say: Say): Promise<LocalServers> {
  const lost: Promise<string>[] = [];
  const urls: Record<string, string> = {};
  const standIns: Record<string, string> = {};

  const postgres = async (): Promise<void> => {
    const kept = await keepRunning('PostgreSQL', () => startLocalPostgres({ dataDir: home.postgres }), say);
    stack.add('PostgreSQL', kept.stop);
    lost.push(kept.lost);
    env['DATABASE_URL'] = kept.server.url;
  };
  const temporal = async (): Promise<void> => {
    const namespace = env['TEMPORAL_NAMESPACE'] ?? defaultNamespace;
    const kept = await keepRunning('Temporal', () => startLocalTemporal({ home: home.folder, namespace, dbFilename: home.temporalDatabase, say }), say);
    stack.add('Temporal', kept.stop);
    lost.push(kept.lost);
    Object.assign(env, { TEMPORAL_ADDRESS: kept.server.address, TEMPORAL_NAMESPACE: namespace });
    urls['Temporal UI'] = `${kept.server.uiUrl}/namespaces/${namespace}/workflows`;
  };
  const standIn = async (name: string, starting: Promise<StandIn>, keeps = false): Promise<void> => {
    const server = await starting;
    stack.add(name, server.close);
    // A tool of which the environment says anything is not stood in for: its key goes to nobody else.
    const real = new Set(Object.keys(server.env).filter((variable) => keeps && isSet(variable, env)).map(toolOf));
    const set = Object.fromEntries(Object.entries(server.env).filter(([variable]) => !real.has(toolOf(variable))));
    Object.assign(env, set);
    Object.assign(standIns, set);
    urls[name] = server.url;
  };

  const isSandbox = { twenty: !isSet('TWENTY_API_KEY', env), mail: !isSet('RESEND_API_KEY', env) };
  const starts = [
    ...(isSet('DATABASE_URL', env) ? [] : [withProgress('Starting PostgreSQL', say, postgres)]),
    ...(isSet('TEMPORAL_ADDRESS', env) ? [] : [temporal()]),
    ...(isSandbox.twenty ? [standIn('Twenty sandbox', startTwentyStandIn(path.join(home.sandbox, 'twenty')))] : []),
    // Tools are tried out beside a sandbox of Twenty; beside a real one only those exist that the environment names.
    ...(isSandbox.twenty ? [standIn('Tools sandbox', startToolsStandIn(path.join(home.sandbox, 'tools')), true)] : []),
    ...(isSandbox.mail ? [standIn('Mail box', startMailStandIn(path.join(home.sandbox, 'mail')))] : []),
  ];
  // A failure is told only when every start has ended, so that the stack knows everything there is to end.
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const addresses = Object.fromEntries(['Temporal UI', 'Twenty sandbox', 'Tools sandbox', 'Mail box'].flatMap((name) => (urls[name] === undefined ? [] : [[name, urls[name]]])));
  return { addresses, standIns, isSandbox, lost: Promise.race([new Promise<never>(() => undefined), ...lost]) };
}

/** `STRIPE` of `STRIPE_SECRET_KEY`. */
function toolOf(variable: string): string {
  return variable.split('_')[0]!;
}

function isSet(name: string, env: NodeJS.ProcessEnv): boolean {
  return findSecret(secret(name), env) !== undefined;
}
