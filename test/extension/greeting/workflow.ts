import type { RunInput, RunResult } from '../../../src/domain/run.ts';
import { conduct, steps } from '../../../src/workflows/runtime/conduct.ts';
import type { GreetingActivities } from './index.ts';

export async function greeting(run: RunInput): Promise<RunResult> {
  return conduct(run, () => steps<GreetingActivities>().greet(run));
}
