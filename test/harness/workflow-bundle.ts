import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode } from '@temporalio/worker';
import { workflowsPath as ownList } from '../../src/worker/worker.ts';

/** A list of workflows, the house's own unless said, bundled once for a whole run: bundling takes seconds, and every worker would do it again. */
export async function workflowBundle(path: string, workflowsPath = ownList): Promise<{ readonly path: string; stop(): Promise<void> }> {
  const quiet = (): void => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  writeFileSync(path, code);
  return { path, stop: () => Promise.resolve() };
}
