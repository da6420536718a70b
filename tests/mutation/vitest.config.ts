import { defineConfig } from "vitest/config";

// The tests of what is mutated, and their reference values.
export default defineConfig({
  test: {
    include: [
      "tests/lib/{stats,metrics}/**/*.test.ts",
      "tests/reference/{metrics,loess}.test.ts",
      "tests/mutation/*.test.ts",
    ],
    // Importing the library for every file takes longer than the tests.
    isolate: false,
    testTimeout: 600_000,
  },
});
