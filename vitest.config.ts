import { defineConfig } from 'vitest/config';

/**
 * Tests that need seconds of computing, a browser or the built package. All others are fast: `npm run test:fast` runs
 * them alone. The name of a new file, or its folder, says which it is.
 */
const slow = ['test/**/*.slow.test.ts', 'test/browser/**/*.test.ts', 'test/package/**/*.test.ts'];

export default defineConfig({
  test: {
    // By default one core is left idle.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      // One process runs many fast files: to load the modules anew for each would take longer than the tests.
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: slow, isolate: false } },
      { extends: true, test: { name: 'slow', include: slow } },
    ],
  },
});
