import { defineConfig } from 'vitest/config';

/** `npm run faults`: one file after the other, since each starts servers and processes of its own. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
