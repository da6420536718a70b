import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { describeReport, validateCommand } from "../../src/cli/validate-command.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

afterEach(() => vi.unstubAllEnvs());

it("prints a table a part, the notes and what is missing", () => {
  const row = { set: "kidney", mode: "bulk", measure: "KS", value: 0.1234, low: 0.1, high: NaN, n: 32 };
  const lines = describeReport({
    ...{ repeats: 1, seed: 0, curves: [], notes: ["a limit"], missing: ["ffpe"] },
    rows: [
      { part: "pairs", ...row },
      { part: "repair", ...row, value: 2 },
    ],
  });
  expect(lines.filter((line) => ["pairs", "repair"].includes(line))).toEqual(["pairs", "repair"]);
  expect(lines.find((line) => line.includes("0.123"))).toMatch(/^kidney +bulk +KS +0\.123 +0\.100 +32$/);
  expect(lines.slice(-2)).toEqual(["- a limit", "- ffpe: missing (set DIFFREPAIRER_DATA to a folder that has it)"]);
});

it("writes what it found, also where nothing is there", async () => {
  vi.stubEnv("DIFFREPAIRER_DATA", temporaryFolder());
  const results = join(temporaryFolder(), "deep");
  const printed: string[] = [];
  const terminal = { write: (text: string) => printed.push(text) > 0 };
  await validateCommand({ repeats: 1, seed: 0, results, networks: false }, terminal);
  const report = JSON.parse(readFileSync(join(results, "validation.json"), "utf8")) as { rows: []; missing: string[] };
  expect(report).toMatchObject({ rows: [], seed: 0, repeats: 1 });
  expect(report.missing).toContain("ffpe_sarcoma_lesluyes2016");
  expect(printed.join("")).toContain("ffpe_sarcoma_lesluyes2016: missing");
});
