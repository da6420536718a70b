import { defineConfig } from "vitest/config";

// The tests of what is mutated, and their reference values.
export default defineConfig({
  test: {
    include: [
      "tests/lib/{stats,metrics}/**/*.test.ts",
      "tests/reference/{metrics,groups}.test.ts",
      "tests/mutation/*.test.ts",
    ],
    testTimeout: 600_000,
  },
});
