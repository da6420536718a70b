import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareCommand } from "../../../src/cli/compare/compare-command.js";
import { compareRecords } from "../../../src/cli/compare/compare-records.js";
import type { RunRecord } from "../../../src/cli/evaluate/record.js";
import { rankMethods } from "../../../src/cli/compare/rank-methods.js";
import { adjustP, correctedInterval, friedman } from "../../../src/lib/stats/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { madeUpRun, writeResults } from "./results.js";

const METHODS = { ours: { mse: 0.4, overall: 75 }, blur: { mse: 0.6, overall: 70 }, twin: { mse: 0.4, overall: 75 } };

const runs = ["pbmc", "brain"].flatMap((set) =>
  ["mild", "severe"].flatMap((severity) =>
    [0, 1, 2].flatMap((seed) =>
      Object.entries(METHODS).map(([method, values]) => madeUpRun(set, severity, seed, method, values)),
    ),
  ),
);
// Two blocks more, which ranks need.
const withModerate = runs.flatMap(({ record, values }) => [
  { record, values },
  ...(record.severity === "mild" ? [{ record: { ...record, severity: "moderate" }, values }] : []),
]);
const records = runs.map(({ record }) => record);
const cellsOf = new Map(runs.map(({ record, values }) => [record, values]));
const comparison = compareRecords(records, "ours", (record) => cellsOf.get(record)!);

describe("compareRecords", () => {
  it("compares the baseline with every other method on every set under every severity", () => {
    expect(comparison.cells.map(({ set, severity, method }) => `${set} ${severity} ${method}`)).toEqual([
      ...["pbmc mild blur", "pbmc mild twin", "pbmc severe blur", "pbmc severe twin"],
      ...["brain mild blur", "brain mild twin", "brain severe blur", "brain severe twin"],
    ]);
  });

  it("counts a cell once, however many seeds it was a test cell in", () => {
    const seen = new Set(runs.slice(0, 9).flatMap(({ values }) => values.cells));
    expect(comparison.cells[0]!.n).toBe(seen.size);
    expect(seen.size).toBeLessThan(3 * 40);
  });

  it("tells better from worse by the metric's direction, after Holm over all comparisons", () => {
    const [blur, twin] = comparison.cells as [(typeof comparison.cells)[0], (typeof comparison.cells)[0]];
    expect(blur.difference).toBeCloseTo(-0.2, 1);
    expect(blur.verdict).toBe("better");
    expect(blur.dPaired.high).toBeLessThan(-3);
    expect(Math.abs(blur.dPooled.value)).toBeLessThan(Math.abs(blur.dPaired.value));
    expect(twin.verdict).toBe("no difference");
    const holm = adjustP(
      comparison.cells.map(({ wilcoxonP }) => wilcoxonP),
      "holm",
    );
    comparison.cells.forEach(({ wilcoxonHolm }, i) => expect(wilcoxonHolm / holm[i]!).toBeCloseTo(1, 9));
    const turned = compareRecords(records, "blur", (record) => cellsOf.get(record)!);
    expect(turned.cells.find(({ method }) => method === "ours")!.verdict).toBe("worse");
  });

  it("pairs scores of all cells draw by draw", () => {
    const [blur, twin] = comparison.sets.filter(({ metric }) => metric === "overall");
    expect(blur!.difference).toBeCloseTo(5, 9);
    // The draws vary by 3 together and by 0.1 apart.
    expect(blur!.high - blur!.low).toBeLessThan(1);
    expect([blur!.verdict, twin!.verdict]).toEqual(["better", "no difference"]);
  });

  it("adds the spread over seeds to the intervals of scores of all cells", () => {
    const uneven: RunRecord[] = records.map((run) => {
      const shift = run.method === "ours" ? 2 * run.seed : 0;
      return { ...run, metrics: { ...run.metrics, overall: run.metrics["overall"]! + shift } };
    });
    const at = (run: RunRecord) => cellsOf.get(records[uneven.indexOf(run)]!)!;
    const both = compareRecords(uneven, "ours", at);
    const [combined] = both.sets.filter(({ metric }) => metric === "overall");
    const [overSeeds] = both.seeds.filter(({ metric }) => metric === "overall");
    const [overCells] = comparison.sets.filter(({ metric }) => metric === "overall");
    const reach = ({ low, high }: { low: number; high: number }) => (high - low) / 2;
    expect(combined!.difference).toBeCloseTo(7, 9);
    expect(reach(combined!)).toBeCloseTo(Math.hypot(reach(overSeeds!), reach(overCells!)), 1);
  });

  it("gives a wider interval where types are drawn instead of cells, if types differ", () => {
    const change = (run: RunRecord) => {
      const values = cellsOf.get(run)!;
      const shifts: Record<string, number> = { a: -0.1, b: 0, c: 0.05, d: 0.1 };
      const mse = values.perCell["mse"]!.map(
        (value, i) => value! + (run.method === "ours" ? shifts[values.types[i]!]! : 0),
      );
      return { ...values, perCell: { mse } };
    };
    const [blur] = compareRecords(records, "ours", change).cells;
    expect(blur!.byType.high - blur!.byType.low).toBeGreaterThan(2 * (blur!.high - blur!.low));
    const oneType = (run: RunRecord) => ({
      ...cellsOf.get(run)!,
      types: cellsOf.get(run)!.types.map(() => "a"),
    });
    expect(compareRecords(records, "ours", oneType).cells[0]!.byType.low).toBeNaN();
  });

  it("gives sets of fewer than 200 test cells intervals and no verdict", () => {
    const small = records.map((run) => ({ ...run, cells: { train: 70, validation: 10, test: 20 } }));
    const { cells, sets, seeds } = compareRecords(small, "ours", (run) => cellsOf.get(records[small.indexOf(run)]!)!);
    expect(new Set([...cells, ...sets, ...seeds].map(({ verdict }) => verdict))).toEqual(new Set(["too few cells"]));
    expect(cells[0]!.low).toBeLessThan(-0.1);
  });

  it("corrects the interval over seeds for overlapping training cells", () => {
    const [blur] = comparison.seeds.filter(({ metric }) => metric === "mse");
    const { low, high } = correctedInterval([-0.2, -0.2, -0.2], 20 / 70);
    expect(blur).toMatchObject({ seeds: 3, verdict: "better" });
    expect(blur!.low).toBeCloseTo(low, 9);
    expect(blur!.high).toBeCloseTo(high, 9);
  });
});

describe("rankMethods", () => {
  const six = withModerate.map(({ record }) => record);

  it("ranks the best first over blocks of set and severity, seeds averaged", () => {
    const ranking = rankMethods(six, "overall")!;
    expect(ranking.blocks).toBe(6);
    expect(ranking.methods.map(({ method, rank }) => `${method} ${rank}`)).toEqual(["ours 1.5", "twin 1.5", "blur 3"]);
    const blocks = (value: number) => Array<number>(6).fill(value);
    expect(ranking.pValue).toBeCloseTo(friedman([blocks(1), blocks(2), blocks(1)]).pValue, 12);
    expect(rankMethods(six, "mse")!.methods.at(-1)!.method).toBe("blur");
  });

  it("leaves out blocks in which nothing could be measured", () => {
    const liver = six
      .filter(({ set }) => set === "pbmc")
      .map((run) => ({ ...run, set: "liver", metrics: { ...run.metrics, overall: null } }));
    expect(rankMethods([...six, ...liver], "overall")).toEqual(rankMethods(six, "overall"));
    expect(rankMethods([...six, ...liver], "mse")!.blocks).toBe(9);
  });

  it("leaves out methods that lack a block, and needs six blocks", () => {
    const partial = six.filter(({ method, set }) => method !== "twin" || set === "pbmc");
    expect(rankMethods(partial, "mse")!.methods.map(({ method }) => method)).toEqual(["ours", "blur"]);
    expect(rankMethods(records, "mse")).toBeUndefined();
    expect(rankMethods(six, "pearson")).toBeUndefined();
  });
});

describe("diffrepairer compare", () => {
  it("prints and writes tables and figures", async () => {
    const path = writeResults(temporaryFolder(), withModerate);
    const terminal = new RecordingTerminal();
    await compareCommand(path, { baseline: "ours" }, terminal);
    expect(terminal.text).toMatch(/pbmc +mild +mse +BLUR +\d+ +-0\.\d+ \[/);
    const out = join(dirname(path), "comparison");
    expect(readFileSync(join(out, "by-cell.csv"), "utf8").split("\n")[0]).toContain("Wilcoxon p,Holm p");
    expect(readFileSync(join(out, "ranks.md"), "utf8")).toContain("| overall | 6 | OURS | 1.500 |");
    for (const name of ["critical-difference-mse.png", "forest-overall.svg", "over-seeds.csv", "all-cells.md"]) {
      expect(existsSync(join(out, name)), name).toBe(true);
    }
  });

  it("compares methods that are told the severities with their like alone", async () => {
    const ids = { ours: "diffrepairer-known", blur: "linear-fusion-known" } as Readonly<Record<string, string>>;
    const told = withModerate.flatMap(({ record, values }) => {
      const method = ids[record.method];
      return method ? [{ record: { ...record, method, label: `${record.label} told` }, values }] : [];
    });
    const path = writeResults(temporaryFolder(), [...withModerate, ...told]);
    const compared = async (baseline: string) => {
      const { comparison: found } = await compareCommand(path, { baseline }, new RecordingTerminal());
      return [...new Set(found.cells.map(({ method }) => method))];
    };
    expect(await compared("ours")).toEqual(["blur", "twin"]);
    expect(await compared("diffrepairer-known")).toEqual(["linear-fusion-known"]);
  });

  it("says what is missing", async () => {
    const path = writeResults(temporaryFolder(), runs.slice(0, 3));
    const compare = (from: string, baseline: string) => compareCommand(from, { baseline }, new RecordingTerminal());
    await expect(compare(path, "diffrepairer")).rejects.toThrow('no method "diffrepairer"; it has ours, blur, twin');
    await expect(compare(`${path}.gone`, "ours")).rejects.toThrow('"diffrepairer evaluate" writes one');
  });
});
