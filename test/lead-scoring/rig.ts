import type { CommonInput } from '../../src/config/common.ts';
import { openSetup } from '../../src/worker/setup.ts';
import { leadScoring, type LeadScoringInput } from '../../src/workflows/lead-scoring/index.ts';
import { startStack, type Stack, type StackOptions } from '../harness/stack.ts';

/** How a delivery of the `lead-score` integration ended. */
export interface Ending {
  readonly action: string | null;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
}

/** A stack with lead scoring on a workspace that `sluice setup` has prepared. */
export interface ScoringStack extends Stack {
  /** Makes a person as a signed-in user does; answers the id. */
  person(fields: Readonly<Record<string, unknown>>): string;
  update(id: string, fields: Readonly<Record<string, unknown>>): void;
  company(fields: Readonly<Record<string, unknown>>): string;
  score(id: string): unknown;
  record(id: string): Readonly<Record<string, unknown>>;
  /** Resolves when no webhook is under way and nothing is left to be done, echoes of own writes included. */
  quiet(withinMs?: number): Promise<void>;
  endings(recordId?: string): Promise<readonly Ending[]>;
  /** Starts the integration by hand over these records. */
  run(selection: object, options?: { readonly dryRun?: boolean }): Promise<void>;
}

export async function startScoring(settings: LeadScoringInput & CommonInput = {}, options: StackOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<ScoringStack> {
  const input: LeadScoringInput & CommonInput = { settle: { quietSeconds: 0, maxSeconds: 0 }, ...settings };
  const stack = await startStack({ ...options, integrations: { 'lead-score': leadScoring(input), ...options.integrations } }, []);
  const { database, twenty } = stack;
  const setup = openSetup({ config: stack.config, env: stack.env, database, publicUrl: stack.gatewayUrl, timing: { activationMs: 300, everyMs: 100, waitMs: 5_000, pollMs: 20 } });
  for (const plan of await setup.plan()) {
    if (plan.problems.length > 0) throw new Error(JSON.stringify(plan.problems));
    await setup.apply(plan, () => undefined);
  }
  await setup.close();
  await twenty.settled();
  for (const part of parts ?? ['dispatcher', 'worker']) await stack.start(part);
  let runs = 0;
  const record = (id: string): Readonly<Record<string, unknown>> => twenty.records('people').find((one) => one['id'] === id) ?? {};
  return {
    ...stack,
    record,
    person: (fields) => String(twenty.asUser.create('people', fields)['id']),
    update: (id, fields) => void twenty.asUser.update('people', id, fields),
    company: (fields) => String(twenty.asUser.create('companies', fields)['id']),
    score: (id) => record(id)['leadScore'],
    async quiet(withinMs = 60_000) {
      for (let round = 0; round < 2; round += 1) {
        await twenty.settled();
        await stack.settled(withinMs);
      }
    },
    async endings(recordId) {
      const { rows } = await database.pool.query<Ending>(
        `select action, state, code, reason from deliveries where integration = 'lead-score' and record_id is not null and ($1::text is null or record_id = $1) order by seq`, [recordId ?? null]);
      return rows;
    },
    async run(selection, { dryRun = false } = {}) {
      runs += 1;
      const body = JSON.stringify({ requestId: `run-${String(runs)}`, selection, dryRun });
      const answer = await fetch(`${stack.gatewayUrl}/triggers/lead-score`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
    },
  };
}

export const mailOf = (name: string) => ({ emails: { primaryEmail: `${name}@acme.example` } });
