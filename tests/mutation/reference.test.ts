import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { metrics } from "../reference/check-fixtures/areas/metrics.js";
import { stats } from "../reference/check-fixtures/areas/stats.js";
import { caseFolders, FixtureCase } from "../reference/check-fixtures/fixture-case.js";
import { runCase } from "../reference/check-fixtures/run-case.js";

// The whole runner loads TensorFlow.js, which every mutant would wait for.
const AREAS = { metrics, stats };

const cases = Object.keys(AREAS).flatMap((area) =>
  caseFolders(fileURLToPath(new URL(`../reference/cases/${area}`, import.meta.url))),
);

test.each(cases.map((folder) => new FixtureCase(folder)))("$area/$name as the reference", async (fixture) => {
  expect(await runCase(fixture, AREAS)).toMatchObject({ passed: true });
});
