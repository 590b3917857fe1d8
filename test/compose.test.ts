import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

test.skipIf(!hasCompose)('docker compose accepts the file and finds every part in it', () => {
  const services = execFileSync('docker', ['compose', 'config', '--services'], { cwd: root, encoding: 'utf8' });

  expect(services.trim().split('\n')).toEqual(expect.arrayContaining(['postgres', 'temporal', 'temporal-ui', 'gateway', 'dispatcher', 'worker']));
});
