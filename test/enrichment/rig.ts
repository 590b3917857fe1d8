import type { CommonInput } from '../../src/config/common.ts';
import type { ConnectionInput } from '../../src/config/connection.ts';
import { secret } from '../../src/config/secret.ts';
import { peopleDataLabs } from '../../src/connectors/people-data-labs/index.ts';
import { peopleDataLabsStandIn, type PeopleDataLabsStandIn } from '../../src/sandbox/tools/people-data-labs.ts';
import type { Knows } from '../../src/sandbox/tools/known-profiles.ts';
import type { StandIn } from '../../src/sandbox/tools/index.ts';
import { enrichment, type EnrichmentInput } from '../../src/workflows/enrichment/index.ts';
import { type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';

export { mailOf } from '../harness/prepared.ts';

/** A stack with enrichment as `enrich`, on a workspace that `sluice setup` has prepared. */
export interface EnrichingStack extends PreparedStack {
  readonly pdl: PeopleDataLabsStandIn;
}

export interface EnrichingOptions extends StackOptions {
  readonly knows?: Knows;
  readonly credits?: number;
  /** Stand-ins and connections beside People Data Labs. */
  readonly more?: { readonly tools: readonly StandIn[]; readonly connections: (env: NodeJS.ProcessEnv) => Readonly<Record<string, ConnectionInput>> };
}

export async function startEnriching(settings: Partial<EnrichmentInput & CommonInput> = {}, { knows, credits, more, ...options }: EnrichingOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<EnrichingStack> {
  const pdl = peopleDataLabsStandIn({ ...(knows === undefined ? {} : { knows }), ...(credits === undefined ? {} : { credits }) });
  const input = { providers: 'pdl', settle: { quietSeconds: 0, maxSeconds: 0 }, ...settings };
  const stack = await startPrepared({
    ...options,
    tools: [pdl, ...(more?.tools ?? [])],
    connections: (env) => ({ pdl: peopleDataLabs({ apiKey: secret('PDL_API_KEY'), baseUrl: env['PDL_BASE_URL']! }), ...more?.connections(env) }),
    integrations: { enrich: enrichment(input), ...options.integrations },
  }, parts);
  return { ...stack, pdl };
}
