import type { RunInput, RunResult } from '../../../src/domain/run.ts';
import { conduct, steps } from '../../../src/workflows/runtime/conduct.ts';
import type { WitnessActivities } from './index.ts';

export async function witness(run: RunInput): Promise<RunResult> {
  return conduct(run, () => steps<WitnessActivities>().witness(run));
}
