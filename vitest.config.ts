import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/faults/**', 'node_modules/**'],
    globalSetup: ['test/harness/global-setup.ts'],
    setupFiles: ['test/harness/properties.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { SLUICE_LOG: process.env['SLUICE_LOG'] ?? 'silent' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
