import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { PAPER_MODEL, readClaims, type Claim, type ClaimTest } from "../../../src/cli/claims/claim.js";
import { claimsCommand } from "../../../src/cli/claims/claims-command.js";
import { Judge } from "../../../src/cli/claims/judge-claim.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { madeUpRun, writeResults } from "../compare/results.js";

const METHODS = { ours: { mse: 0.4, overall: 75 }, blur: { mse: 0.6, overall: 70 }, twin: { mse: 0.4, overall: 75 } };
const runs = ["pbmc", "brain"].flatMap((set) =>
  Object.entries(METHODS).map(([method, values]) => madeUpRun(set, "mixture", 0, method, values)),
);
const cellsOf = new Map(runs.map(({ record, values }) => [record, values]));
const judge = new Judge(
  runs.map(({ record }) => record),
  (record) => cellsOf.get(record)!,
);
const on = { sets: ["pbmc", "brain"], severity: "mixture" };
const judged = (test: ClaimTest) => judge.judge({ id: "x", where: "1", text: "It is so", test });
const best = (against: string[], metrics = ["mse", "overall"], method = "ours") =>
  judged({ kind: "best", method, against, metrics, ...on });

describe("a claim", () => {
  it("of being best is replicated where every comparison is won", () => {
    expect(best(["blur"])).toMatchObject({ verdict: "replicated", ours: "better in 4, worse in 0 of 4 comparisons" });
    expect(best(["twin"])).toMatchObject({
      verdict: "not replicated",
      ours: "better in 0, worse in 0 of 4 comparisons",
    });
    expect(best(["ours"], ["mse"], "blur").verdict).toBe("not replicated");
  });

  it("of being best is not decided while a method named is not run", () => {
    const { verdict, why } = best(["blur", "magic"]);
    expect(verdict).toBe("not run");
    expect(why).toContain("Not run: magic.");
  });

  it("is not tested on sets of few test cells", () => {
    const small = runs.map(({ record }) => ({ ...record, cells: { train: 70, validation: 10, test: 20 } }));
    const ofSmall = new Judge(small, (record) => runs[small.indexOf(record)]!.values);
    const claim: ClaimTest = { kind: "best", method: "ours", against: ["blur"], metrics: ["mse"], ...on };
    expect(ofSmall.judge({ id: "x", where: "1", text: "It is so", test: claim }).verdict).toBe("not testable");
  });

  it("of a value is replicated near the range of ours", () => {
    const value = (claimed: number) =>
      judged({ kind: "value", method: "ours", metric: "mse", value: claimed, ...on }).verdict;
    expect([value(0.4), value(0.44), value(0.5)]).toEqual(["replicated", "replicated", "not replicated"]);
    const none = judged({ kind: "value", method: "vae", metric: "mse", value: 1, ...on });
    expect(none).toMatchObject({ verdict: "not run", ours: "–" });
  });

  it("of an effect is replicated where p is as small and d lies in an interval of ours", () => {
    const effect = (d: number, p = 1e-5) =>
      judged({ kind: "effect", method: "ours", against: "blur", metric: "mse", d, p, ...on });
    const [, shown] = /pbmc: d (-[\d.]+) \[/.exec(effect(0).ours) ?? [];
    expect(Number(shown)).toBeLessThan(-5);
    expect(effect(Number(shown)).verdict).not.toBe("not replicated");
    expect(effect(0.35).verdict).toBe("not replicated");
    expect(effect(Number(shown), 1e-30).verdict).toBe("not replicated");
  });

  it("that nothing exceeds the clean cells falls with one method whose whole interval does", () => {
    const withClean = (clean: number) =>
      new Judge(
        runs.map(({ record }) => {
          const distance = record.metrics["overall"]! - clean;
          return { ...record, metrics: { ...record.metrics, overall_clean: clean, overall_distance: distance } };
        }),
        () => ({ cells: [], types: [], perCell: {}, draws: {} }),
      ).judge({ id: "x", where: "1", text: "", test: { kind: "not-above-clean", metric: "overall", ...on } });
    expect(withClean(74)).toMatchObject({ verdict: "replicated", ours: "none of 6 runs is above" });
    expect(withClean(72).ours).toBe(
      "OURS on pbmc (+3.000), TWIN on pbmc (+3.000), OURS on brain (+3.000), TWIN on brain (+3.000)",
    );
  });
});

describe("the paper's claims", () => {
  const claims = readClaims();
  const find = (id: string): Claim => claims.find((claim) => claim.id === id)!;

  it("have names of their own", () => {
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
  });

  it("hold table 2 as printed: the overall score is the mean of the three before it", () => {
    for (const method of [PAPER_MODEL, "dae", "vae", "cqn", "magic"]) {
      const [separation, deg, marker, overall] = ["separation", "deg", "marker", "overall"].map((metric) => {
        const { test } = find(`table2-${method}-${metric}`);
        return test.kind === "value" ? test.value : NaN;
      }) as [number, number, number, number];
      expect((separation + deg + marker) / 3).toBeCloseTo(overall, 2);
    }
  });

  it("are refuted by the paper's own appendix in eight of twelve values", () => {
    expect(judge.judge(find("B-nearer"))).toMatchObject({ ours: "nearer in 4 of 12", verdict: "not replicated" });
  });

  it("can be tested on another model", () => {
    const { test } = readClaims("diffrepairer").find(({ id }) => id === "3.1-superiority")!;
    expect(test).toMatchObject({ kind: "best", method: "diffrepairer" });
  });
});

it("diffrepairer claims writes the ledger and counts the verdicts", async () => {
  const path = writeResults(temporaryFolder(), runs);
  const terminal = new RecordingTerminal();
  await claimsCommand(path, { model: PAPER_MODEL }, terminal);
  expect(terminal.text).toMatch(/\d+ claims: .*\d+ not testable/);
  const out = join(dirname(path), "claims");
  const ledger = JSON.parse(readFileSync(join(out, "claims.json"), "utf8")) as { verdict: string; why: string }[];
  expect(ledger).toHaveLength(readClaims().length);
  expect(ledger.every(({ verdict, why }) => verdict !== "" && why !== "")).toBe(true);
  expect(readFileSync(join(out, "claims.md"), "utf8")).toContain("| 2.4 | Multi-head self-attention");
  expect(readFileSync(join(out, "claims.html"), "utf8")).toContain("<td>not testable</td>");
});
