import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], testTimeout: number, globalSetup: string[] = []) => ({
  extends: true as const,
  test: { name, include, testTimeout, hookTimeout: testTimeout, globalSetup },
});

export default defineConfig({
  test: {
    pool: "forks",
    // Kernels that tests start write nothing into the home folder.
    env: { DIFFREPAIRER_HISTORY: "off" },
    projects: [
      project("unit", ["tests/{lib,figures,cli,extension,docs}/**/*.test.ts"], 30_000),
      project("reference", ["tests/reference/**/*.test.ts"], 60_000),
      project("setup", ["tests/setup/**/*.test.ts"], 120_000),
      project("kernel", ["tests/kernel/**/*.test.ts"], 120_000, ["tests/kernel/startup-snapshot.ts"]),
      project("course", ["tests/course/**/*.test.ts"], 30_000),
      project("robustness", ["tests/robustness/**/*.test.ts"], 600_000),
      project("notebooks", ["tests/notebooks/**/*.test.ts"], 600_000),
    ],
  },
});
