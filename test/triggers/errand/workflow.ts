import type { RunInput, RunResult } from '../../../src/domain/run.ts';
import { conduct, steps } from '../../../src/workflows/runtime/conduct.ts';
import type { ErrandActivities } from './index.ts';

export async function errand(run: RunInput): Promise<RunResult> {
  return conduct(run, () => steps<ErrandActivities>().runErrands(run));
}
