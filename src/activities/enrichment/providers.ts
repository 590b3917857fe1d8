import { ApplicationFailure } from '@temporalio/activity';
import { ConnectorError } from '../../domain/failure.ts';
import type { Lookup } from '../../connectors/enricher.ts';
import { mayClaim, recordFault, recordSuccess, restsOf, restUntil } from '../../store/breakers.ts';
import type { Database } from '../../store/database.ts';
import type { Unasked } from '../../workflows/enrichment/contract.ts';
import { creditsOf } from '../../workflows/enrichment/credits.ts';
import type { EnrichmentSettings } from '../../workflows/enrichment/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { PARK_AFTER_MS } from '../runtime/pace.ts';

export interface Provider {
  readonly connection: string;
  /** “People Data Labs”. */
  readonly service: string;
  readonly lookup: Lookup;
}

/** The provider at this place; throws when it is not asked about such records at all. */
export function providerOf(deps: ActivityDeps, { providers, object }: EnrichmentSettings, index: number): Provider {
  const connection = providers[index]!;
  const enricher = deps.tool('enricher', connection);
  const lookup = enricher[object];
  if (lookup === undefined) throw new Error(`${enricher.service} (${connection}) cannot be asked about a ${object}: take it out of “providers”.`);
  return { connection, service: enricher.service, lookup };
}

/**
 * Why a provider is not to be asked now; undefined when it is. One whose pause is over gets one set as a trial. Its credits have a
 * pause of their own, so that an account without credits still serves what costs none.
 */
export async function whyNotAsk(deps: ActivityDeps, { connection, service }: Provider, isByHand: boolean): Promise<Unasked | undefined> {
  // Somebody who starts a run by hand may have bought credits just now.
  const pauses = isByHand ? [connection] : [connection, creditsOf(connection)];
  if (await mayClaim(deps.database, pauses)) return undefined;
  return pauseOf(deps.database, { connection, service }, pauses);
}

/** The pause that a provider has; undefined when it has none, or one that is over. */
export async function pauseOf(database: Database, { connection, service }: Pick<Provider, 'connection' | 'service'>, pauses = [connection, creditsOf(connection)]): Promise<Unasked | undefined> {
  const rests = await restsOf(database, pauses);
  const credits = rests.get(creditsOf(connection));
  if (credits !== undefined && credits.retryAt.getTime() > Date.now()) return noCredits({ connection, service }, credits.retryAt.getTime());
  const rest = rests.get(connection);
  if (rest === undefined || rest.retryAt.getTime() <= Date.now()) return undefined;
  return rest.final ? badCredential({ connection, service }, rest.reason) : away({ connection, service }, rest.reason);
}

/** A provider has answered: if its credits were out, they are back. */
export function creditsAreBack(database: Database, connection: string): Promise<void> {
  return recordSuccess(database, creditsOf(connection));
}

/**
 * What a failure means that ends the asking of a provider for now, its pause begun; undefined when the step is to be tried again, or
 * is to fail. These are credits or a quota that are used up, a key that is refused, and its own limits.
 */
export async function pauseAfter(database: Database, provider: Provider, error: unknown): Promise<Unasked | undefined> {
  if (error instanceof ConnectorError && error.kind === 'rate_limited' && (error.retryAfterMs ?? 0) > PARK_AFTER_MS) {
    await restUntil(database, creditsOf(provider.connection), error.message, error.retryAfterMs!);
    return noCredits(provider, Date.now() + error.retryAfterMs!);
  }
  if (error instanceof ConnectorError && error.kind === 'unauthorized') {
    await recordFault(database, provider.connection, error.message, true);
    return badCredential(provider, error.message);
  }
  if (error instanceof ApplicationFailure && error.type === 'Parked') return { connection: provider.connection, why: 'credits', words: `${provider.service} may not be asked more often for now`, untilMs: Date.now() + ASK_AGAIN_MS };
  return undefined;
}

/** The provider's breaker has opened since it was allowed to be asked: by faults of this step, or by another run. */
export async function wentAway(database: Database, provider: Provider): Promise<Unasked | undefined> {
  const rest = (await restsOf(database, [provider.connection])).get(provider.connection);
  if (rest?.state !== 'open') return undefined;
  return rest.final ? badCredential(provider, rest.reason) : away(provider, rest.reason);
}

/** Ends a step without success, so that nobody takes the provider for healthy; the workflow goes on with the next one. */
export function resting({ words }: Unasked): ApplicationFailure {
  return ApplicationFailure.create({ type: 'Resting', message: words, nonRetryable: true, category: 'BENIGN' });
}

/** What waits for a provider that is away or has a bad key looks again this often. */
const ASK_AGAIN_MS = 300_000;

type Named = Pick<Provider, 'connection' | 'service'>;

function noCredits({ connection, service }: Named, untilMs: number): Unasked {
  return { connection, why: 'credits', words: `${service} has no credits left`, untilMs };
}

function badCredential({ connection, service }: Named, reason: string): Unasked {
  return { connection, why: 'credential', words: `${service} does not take the key (${reason})`, untilMs: Date.now() + ASK_AGAIN_MS };
}

function away({ connection, service }: Named, reason: string): Unasked {
  return { connection, why: 'away', words: `${service} does not answer (${reason})`, untilMs: Date.now() + ASK_AGAIN_MS };
}
