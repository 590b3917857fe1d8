import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadEnvironment } from './environment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'sluice-env-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the real environment wins over .env, and an empty line in either counts as not set', () => {
  const env: NodeJS.ProcessEnv = { PORT: '9000', TWENTY_API_KEY: '', EDITOR: '' };
  writeFileSync(path.join(folder, '.env'), 'PORT=8787\nTWENTY_API_KEY="k #1"  # a key\nRESEND_API_KEY=\nHOST=127.0.0.1 # here\n');

  loadEnvironment(folder, env);

  expect(env).toEqual({ PORT: '9000', TWENTY_API_KEY: 'k #1', HOST: '127.0.0.1', EDITOR: '' });
});
