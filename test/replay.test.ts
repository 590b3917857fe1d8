import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { recording } from './harness/histories.ts';
import { testWorkflowBundle } from './harness/servers.ts';

const root = path.join(import.meta.dirname, '../src/workflows');
const recorded = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /histories[/\\][^/\\]+\.json$/.test(file));

const useCases = readdirSync(root).filter((folder) => existsSync(path.join(root, folder, 'contract.ts')) && existsSync(path.join(root, folder, 'workflow.ts')));

test.skipIf(recording)('every use case has recorded histories', () => {
  expect(new Set(recorded.map((file) => file.split(path.sep)[0]))).toEqual(new Set([...useCases, 'triggers']));
});

describe.skipIf(recording)('a recorded run still replays', () => {
  test.each(recorded)('%s', async (file) => {
    const history: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: { codePath: await testWorkflowBundle() } }, history);
  });
});
