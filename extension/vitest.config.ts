import { defineConfig } from "vitest/config";

export default defineConfig({ test: { root: "..", include: ["tests/extension/**/*.test.ts"], testTimeout: 30_000 } });
