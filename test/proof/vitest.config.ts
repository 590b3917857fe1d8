import { defineConfig } from 'vitest/config';

/** `npm run proof`: what takes minutes of real time. */
export default defineConfig({
  test: {
    include: ['test/**/*.proof.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
