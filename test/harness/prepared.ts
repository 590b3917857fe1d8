import { openSetup } from '../../src/worker/setup.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';

/** How a delivery of an integration ended. */
export interface Ending {
  readonly action: string | null;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
}

/** A stack on a workspace that `sluice setup` has prepared. */
export interface PreparedStack extends Stack {
  /** Makes a record as a signed-in user does (`people`, `companies`, …); answers the id. */
  make(objectPlural: string, fields: Readonly<Record<string, unknown>>): string;
  edit(objectPlural: string, id: string, fields: Readonly<Record<string, unknown>>): void;
  record(objectPlural: string, id: string): Readonly<Record<string, unknown>>;
  /** Resolves when no webhook is under way and nothing is left to be done, echoes of own writes included. */
  quiet(withinMs?: number): Promise<void>;
  /** How the deliveries of an integration ended, in the order in which they came; those about one record when it is named. Selections are left out. */
  endings(integration: string, recordId?: string): Promise<readonly Ending[]>;
  /** Starts an integration by hand; over these records, or without any. */
  run(integration: string, selection?: object, options?: { readonly dryRun?: boolean }): Promise<void>;
}

export async function startPrepared(options: StackOptions = {}, parts: readonly ('dispatcher' | 'worker')[] = ['dispatcher', 'worker']): Promise<PreparedStack> {
  const stack = await startStack(options, []);
  const { database, twenty } = stack;
  await options.model?.(twenty);
  const setup = openSetup({ config: stack.config, env: stack.env, database, publicUrl: stack.gatewayUrl, timing: { activationMs: 300, everyMs: 100, waitMs: 5_000, pollMs: 20 } });
  for (const plan of await setup.plan()) {
    if (plan.problems.length > 0) throw new Error(JSON.stringify(plan.problems));
    await setup.apply(plan, () => undefined);
  }
  await setup.close();
  await twenty.settled();
  for (const part of parts) await stack.start(part);
  let runs = 0;
  return {
    ...stack,
    make: (objectPlural, fields) => String(twenty.asUser.create(objectPlural, fields)['id']),
    edit: (objectPlural, id, fields) => void twenty.asUser.update(objectPlural, id, fields),
    record: (objectPlural, id) => twenty.records(objectPlural).find((one) => one['id'] === id) ?? {},
    async quiet(withinMs = 60_000) {
      for (let round = 0; round < 2; round += 1) {
        await twenty.settled();
        await stack.settled(withinMs);
      }
    },
    async endings(integration, recordId) {
      const { rows } = await database.pool.query<Ending>(
        `select action, state, code, reason from deliveries where integration = $1 and ($2::text is null or record_id = $2) and code is distinct from 'selected' order by seq`, [integration, recordId ?? null]);
      return rows;
    },
    async run(integration, selection, { dryRun = false } = {}) {
      runs += 1;
      const body = JSON.stringify({ requestId: `run-${String(runs)}`, dryRun, ...(selection === undefined ? {} : { selection }) });
      const answer = await fetch(`${stack.gatewayUrl}/triggers/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
    },
  };
}

export const mailOf = (name: string) => ({ emails: { primaryEmail: `${name}@acme.example` } });
