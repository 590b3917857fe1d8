import type { CommonInput } from '../../src/config/common.ts';
import { leadScoring, type LeadScoringInput } from '../../src/workflows/lead-scoring/index.ts';
import { type Ending, type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';

export { mailOf } from '../harness/prepared.ts';

/** A stack with lead scoring as `lead-score`, on a workspace that `sluice setup` has prepared. */
export interface ScoringStack extends Omit<PreparedStack, 'record' | 'endings' | 'run'> {
  /** Makes a person as a signed-in user does; answers the id. */
  person(fields: Readonly<Record<string, unknown>>): string;
  update(id: string, fields: Readonly<Record<string, unknown>>): void;
  company(fields: Readonly<Record<string, unknown>>): string;
  score(id: string): unknown;
  record(id: string): Readonly<Record<string, unknown>>;
  endings(recordId?: string): Promise<readonly Ending[]>;
  /** Starts the integration by hand over these records. */
  run(selection: object, options?: { readonly dryRun?: boolean }): Promise<void>;
}

export async function startScoring(settings: LeadScoringInput & CommonInput = {}, options: StackOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<ScoringStack> {
  const input: LeadScoringInput & CommonInput = { settle: { quietSeconds: 0, maxSeconds: 0 }, ...settings };
  const stack = await startPrepared({ ...options, integrations: { 'lead-score': leadScoring(input), ...options.integrations } }, parts);
  const record = (id: string): Readonly<Record<string, unknown>> => stack.record('people', id);
  return {
    ...stack,
    record,
    person: (fields) => stack.make('people', fields),
    update: (id, fields) => stack.edit('people', id, fields),
    company: (fields) => stack.make('companies', fields),
    score: (id) => record(id)['leadScore'],
    endings: (recordId) => stack.endings('lead-score', recordId),
    run: (selection, runOptions) => stack.run('lead-score', selection, runOptions),
  };
}

/** How many runs there have been. */
export async function runsOf({ database }: ScoringStack): Promise<number> {
  const { rows } = await database.pool.query<{ runs: number }>(`select count(*) as runs from sets where integration = 'lead-score'`);
  return rows[0]!.runs;
}
