import { defineConfig } from 'vitest/config';

/**
 * Tests that need seconds of computing, a browser or the built package. All others are fast: `npm run test:fast` runs
 * them alone. A new file belongs to one of both by its name.
 */
const slow = ['test/**/*.slow.test.ts', 'test/browser/**/*.test.ts', 'test/package/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: slow } },
      { extends: true, test: { name: 'slow', include: slow } },
    ],
  },
});
