import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { metrics } from "./check-fixtures/areas/metrics.js";
import { check } from "./check-fixtures/checks.js";
import { caseFolders, type FixtureArray, FixtureCase } from "./check-fixtures/fixture-case.js";
import { float32, signFree } from "./check-fixtures/results.js";
import { runCase } from "./check-fixtures/run-case.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A case on disk, of the area metrics with clusterings unless said otherwise. */
function write(folder: string, content: Record<string, unknown>): FixtureCase {
  const whole = { schema: 1, area: "metrics", case: "clusterings", expected: {}, ...content };
  const place = join(folder, String(whole.area), String(whole.case));
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "case.json"), JSON.stringify(whole));
  return new FixtureCase(place);
}

const CLUSTERINGS = { cases: { value: { same: { a: [0, 0, 1], b: [1, 1, 0] } } } };
const RIGHT = { value: { same: 1 }, check: "allclose", rtol: 1e-9 };
const WRONG = { value: { same: 0.5 }, check: "allclose", rtol: 1e-9 };

/** Runs a case of measures, the only area that is known here. */
const run = (fixture: FixtureCase) => runCase(fixture, { metrics });

describe("a check", () => {
  const outcome = (entry: FixtureArray, got: unknown) => check(write(temporaryFolder(), {}), entry, got);

  it.each<[FixtureArray, unknown, boolean]>([
    [{ check: "allclose", value: [1, 2], rtol: 1e-6 }, [1, 2.000001], true],
    [{ check: "allclose", value: [1, 2], rtol: 1e-6 }, [1, 2.00001], false],
    [{ check: "allclose", value: [1, 2], rtol: 1e-6 }, float32([1, 2.00001]), true],
    [{ check: "allclose", value: [1, 2], rtol: 1e-6 }, float32([1, 2.0001]), false],
    [{ check: "allclose", value: [1, 2], rtol: 1 }, [1], false],
    [{ check: "allclose", value: ["NaN", "Infinity"] }, [NaN, Infinity], true],
    [{ check: "allclose", value: ["NaN"], atol: 9 }, [1], false],
    [{ check: "allclose", value: [1], atol: 9 }, [NaN], false],
    [{ check: "allclose", value: ["-Infinity"], atol: 9 }, [Infinity], false],
    [{ check: "allclose", value: [0], atol: 0 }, [1e-300], false],
    [{ check: "allclose", value: { a: 1, b: 2 } }, { a: 1, b: 2 }, true],
    [{ check: "allclose", value: { a: 1, b: 2 } }, { a: 1 }, false],
    [{ check: "allclose", value: { a: 1 } }, 1, false],
    [{ check: "exact", value: ["x", 1] }, ["x", 1], true],
    [{ check: "exact", value: ["x", 1] }, ["x", 2], false],
    [{ check: "exact", value: [true, false] }, new Uint8Array([1, 0]), true],
    [{ check: "exact", value: [0.1] }, float32(new Float32Array([0.1])), true],
    [{ check: "exact", value: [0.1] }, new Float32Array([0.1]), false],
    [{ check: "set", value: ["b", "a"] }, ["a", "b"], true],
    [{ check: "set", value: ["b", "a"] }, ["a"], false],
    [{ check: "set", value: ["a"] }, ["a", "b"], false],
    [{ check: "overlap", value: [1, 1, 0], min_overlap: 0.5 }, [1, 0, 1], true],
    [{ check: "overlap", value: [1, 1, 0], min_overlap: 0.6 }, [1, 0, 1], false],
    [{ check: "overlap", value: [1, 0, 0], min_overlap: 0.6 }, [1, 1, 1], false],
    [{ check: "min", value: 0.9 }, 0.9, true],
    [{ check: "min", value: 0.9 }, 0.89, false],
    [{ check: "min", value: 0.9 }, NaN, false],
    [{ check: "max", value: 0.9 }, 0.91, false],
    [{ check: "guess", value: 1 }, 1, false],
  ])("%j against %j: %s", (entry, got, passes) => {
    expect(outcome(entry, got).passed).toBe(passes);
  });

  it("turns the sign of each component alone", () => {
    const entry = { check: "allclose_sign", value: [[1, 2], [3, 4]], shape: [2, 2], rtol: 1e-9 }; // prettier-ignore
    expect(outcome(entry, signFree([1, 2, -3, -4], 0)).passed).toBe(true);
    expect(outcome(entry, signFree([1, -2, 3, -4], 1)).passed).toBe(true);
    expect(outcome(entry, signFree([1, -2, 3, -4], 0)).passed).toBe(false);
    expect(outcome(entry, [1, 2, 3, 4]).passed).toBe(false);
  });
});

describe("a case", () => {
  it("passes with its largest deviation, and fails where an entry is wrong or missing", async () => {
    const folder = temporaryFolder();
    const right = write(folder, { inputs: CLUSTERINGS, expected: { ari: RIGHT } });
    expect(await run(right)).toEqual({ passed: true, detail: "largest deviation 0" });
    const wrong = await run(write(folder, { inputs: CLUSTERINGS, expected: { ari: WRONG, nmi: RIGHT } }));
    expect(wrong.passed).toBe(false);
    expect(wrong.detail).toContain("largest deviation 0.50 (ari");
    const missing = await run(write(folder, { inputs: CLUSTERINGS, expected: { ari: RIGHT, other: RIGHT } }));
    expect(missing).toMatchObject({ passed: false });
    expect(missing.detail).toContain("other: the library returns no such value");
  });

  it("is not checked where an entry is background, and fails where nothing is left", async () => {
    const folder = temporaryFolder();
    const info = { ...WRONG, check: "info" };
    expect(await run(write(folder, { inputs: CLUSTERINGS, expected: { ari: RIGHT, other: info } }))).toMatchObject({
      passed: true,
    });
    const nothing = await run(write(folder, { inputs: CLUSTERINGS, expected: { other: info } }));
    expect(nothing).toEqual({ passed: false, detail: "nothing was compared" });
  });

  it("needs one entry of each group", async () => {
    const folder = temporaryFolder();
    const group = (entry: object) => ({ ...entry, group: "g" });
    const one = write(folder, { inputs: CLUSTERINGS, expected: { ari: group(WRONG), nmi: group(RIGHT) } });
    expect((await run(one)).passed).toBe(true);
    const none = write(folder, { inputs: CLUSTERINGS, expected: { ari: group(WRONG), nmi: group(WRONG) } });
    expect((await run(none)).passed).toBe(false);
  });

  it("fails for an area, a case or a schema that is not known", async () => {
    const folder = temporaryFolder();
    expect((await run(write(folder, { area: "astrology" }))).detail).toContain('the area "astrology" is not known');
    expect((await run(write(folder, { case: "horoscope" }))).detail).toContain("metrics/horoscope");
    expect(() => write(folder, { schema: 2 })).toThrow("schema 2");
  });
});

const MAIN = join(ROOT, "dist/tests/reference/check-fixtures/main.js");

describe.skipIf(!existsSync(MAIN))("the program", () => {
  const run = (...options: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...options], { encoding: "utf8", cwd: ROOT });
    return { status, lines: stdout.trim().split("\n"), stderr };
  };

  it("prints a line a case, a sum, and exits 1 on any failure", () => {
    const folder = temporaryFolder();
    write(folder, { inputs: CLUSTERINGS, expected: { ari: RIGHT } });
    expect(run(folder)).toMatchObject({
      status: 0,
      lines: ["PASS metrics/clusterings  largest deviation 0", "1 passed, 0 failed"],
    });
    write(folder, { area: "astrology", case: "stars" });
    const failed = run(folder);
    expect(failed.status).toBe(1);
    expect(failed.lines.at(-1)).toBe("1 passed, 1 failed");
    expect(run(folder, "--areas", "metrics").status).toBe(0);
    expect(run(folder, "--areas", "metrics,palmistry")).toMatchObject({ status: 1 });
  });

  it("counts a case that cannot be read as failed", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a", "case.json"), "{");
    const { status, lines } = run(folder);
    expect(status).toBe(1);
    expect(lines[0]).toContain("FAIL a  its case.json cannot be read");
  });

  it("stops where there is no folder or no case", () => {
    expect(run("no/such/folder")).toMatchObject({ status: 2 });
    expect(run(temporaryFolder()).stderr).toContain("there is no case.json");
    expect(run().stderr).toContain("npm run check:fixtures -- DIR");
  });
});

describe("cases", () => {
  it("are found at any depth", () => {
    const folder = temporaryFolder();
    write(folder, { case: "b" });
    write(folder, { case: "a" });
    mkdirSync(join(folder, "_data"));
    expect(caseFolders(folder)).toEqual([join(folder, "metrics", "a"), join(folder, "metrics", "b")]);
  });
});
