import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fixturesFolder } from "../helpers/fixtures.js";
import { AREAS } from "./check-fixtures/areas/index.js";
import { caseFolders, FixtureCase } from "./check-fixtures/fixture-case.js";
import { runCase } from "./check-fixtures/run-case.js";
import { readJson } from "./read-json.js";

const OWN = fileURLToPath(new URL("cases", import.meta.url));

describe.each(readJson<string[]>("areas.json"))("%s as the reference", (area) => {
  for (const [source, folder] of [
    ["own values", OWN],
    ["shared fixtures", fixturesFolder()],
  ] as const) {
    const areaFolder = folder && join(folder, area);
    if (!areaFolder || !existsSync(areaFolder)) {
      test.skip(`${source}: none here`, () => undefined);
      continue;
    }
    test.each(caseFolders(areaFolder).map((caseFolder) => new FixtureCase(caseFolder)))(
      `${source}: $name`,
      async (fixture) => {
        const { passed, detail } = await runCase(fixture, AREAS);
        expect(passed, detail).toBe(true);
      },
    );
  }
});
