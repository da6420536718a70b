import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../../src/lib/datasets/cache.js";
import { test } from "vitest";
import { caseFolders, FixtureCase as Case } from "../reference/check-fixtures/fixture-case.js";
import { expectClose, type Tolerance } from "./compare.js";

/** The folder of reference fixtures: `DIFFREPAIRER_FIXTURES`, else `../shared/fixtures` beside the package; undefined where absent. */
export function fixturesFolder(): string | undefined {
  const folder = process.env["DIFFREPAIRER_FIXTURES"] ?? resolve(packageRoot(), "..", "shared", "fixtures");
  return existsSync(folder) ? folder : undefined;
}

/** One case of the fixtures, with an expectation. */
export class FixtureCase extends Case {
  /** Expects numbers to agree with the expected ones, at the case's tolerance or a wider one that has a reason. */
  expectClose(name: string, got: ArrayLike<number>, wider: Tolerance = {}): void {
    const { rtol = 0, atol = 0 } = this.expected[name]!;
    expectClose(got, this.output(name), {
      relative: Math.max(rtol, wider.relative ?? 0),
      absolute: Math.max(atol, wider.absolute ?? 0),
    });
  }
}

/** The cases of an area whose names begin so; none where the fixtures are absent. */
export function fixtureCases(area: string, prefix = ""): FixtureCase[] {
  const folder = fixturesFolder();
  if (folder === undefined) return [];
  return caseFolders(join(folder, area))
    .map((caseFolder) => new FixtureCase(caseFolder))
    .filter(({ name }) => name.startsWith(prefix));
}

/** One test a case; where the fixtures are absent, one that is skipped and says so. */
export function testFixtures(
  cases: FixtureCase[],
  run: (fixture: FixtureCase) => void | Promise<void>,
  timeout?: number,
): void {
  if (cases.length === 0) test.skip("no fixtures here (DIFFREPAIRER_FIXTURES)", () => undefined);
  else test.each(cases)("$name", { timeout }, run);
}
