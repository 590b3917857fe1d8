import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/faults/**', 'node_modules/**'],
    globalSetup: ['test/harness/global-setup.ts'],
    setupFiles: ['test/harness/properties.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: {
      SLUICE_LOG: process.env['SLUICE_LOG'] ?? 'silent',
      // Workers that live in a test run workflows in its own thread, without Temporal's deadlock detector: one of their own costs each half a second. Workers in child processes (start, faults) have it, as in production.
      TEMPORAL_DEBUG: '1',
    },
    pool: 'forks',
    maxWorkers: 2,
    // A test owns its database, its task queue and its stand-ins, and no module holds anything else: loading them anew for each file would take a quarter of the time.
    isolate: false,
  },
});
