import ts from "typescript";
import { describe, expect, it } from "vitest";
import { BUDGETS, SEVERITIES, type RepairChoice } from "../../extension/src/repair/choice.js";
import { addEntries, type Places } from "../../extension/src/repair/entries.js";
import { rowsOf } from "../../extension/src/repair/facts.js";
import { kernelName } from "../../extension/src/repair/inspector.js";
import { repairCells } from "../../extension/src/repair/repair-cells.js";
import { BUDGETS as LIBRARY_BUDGETS, SAMPLE_SEVERITIES } from "../../src/lib/repair/index.js";

const choice = (changes: Partial<RepairChoice> = {}): RepairChoice => ({
  ...{ sample: "blood.h5ad", model: { kind: "blood", budget: "quick" }, severity: "estimate", force: false },
  ...changes,
});

const code = (given: RepairChoice): string =>
  repairCells(given, "out.h5ad")
    .filter(({ type }) => type === "code")
    .map(({ source }) => source)
    .join("\n");

describe("what can be chosen", () => {
  it("is what the library knows", () => {
    expect(SEVERITIES).toEqual(["estimate", ...SAMPLE_SEVERITIES]);
    expect([...BUDGETS].sort()).toEqual(Object.keys(LIBRARY_BUDGETS).sort());
  });
});

describe("the notebook that repairs", () => {
  it("trains on the chosen cells, or loads the chosen folder", () => {
    expect(code(choice())).toContain("trainSampleModel(await datasets.pbmc3k(), {");
    const file = code(choice({ model: { kind: "file", file: "clean.h5ad", budget: "trial" } }));
    expect(file).toContain('trainSampleModel(await io.readH5ad("clean.h5ad"), {');
    expect(file).toContain('const folder = "clean-trial-model"');
    const saved = code(choice({ model: { kind: "saved", folder: "../model" } }));
    expect(saved).toContain('loadSampleModel("../model")');
    expect(saved).not.toContain("trainSampleModel");
  });

  it("repairs with the chosen severity, against the model's advice where told", () => {
    expect(code(choice({ severity: "severe" }))).toContain('repairSample(sample, model, { severity: "severe" })');
    expect(code(choice({ force: true }))).toContain('{ severity: "estimate", force: true }');
  });

  it("is TypeScript whatever the files are called", () => {
    const sample = 'a "quoted" `name` ${process.exit()}\\.h5ad';
    const source = code(choice({ sample, model: { kind: "file", file: sample, budget: "full" } }));
    const { diagnostics } = ts.transpileModule(source, { reportDiagnostics: true });
    expect(diagnostics).toEqual([]);
    expect(source).toContain(`readH5ad(${JSON.stringify(sample)}`);
  });
});

describe("what a sample holds", () => {
  const values = { kind: "counts", place: "X", cells: 2700, genes: 32738 } as const;
  const medians = { molecules: 2197, genes: 817, zeros: 0.975 };

  it("is said in words", () => {
    expect(rowsOf({ values, medians, species: "human" })).toEqual([
      ["Cells", "2,700"],
      ["Genes", "32,738, human"],
      ["Values", "counts in X"],
      ["Depth", "2,197 molecules in a cell"],
      ["Genes in a cell", "817"],
      ["Zeros", "97.5 %"],
    ]);
    const logs = rowsOf({ values: { ...values, kind: "log1p" }, medians: { ...medians, molecules: null } });
    expect(logs.map(([name]) => name)).not.toContain("Depth");
  });

  it("is held against a model, or why that cannot be", () => {
    const check = {
      name: "zeros",
      label: "share of zeros",
      value: 0.4159,
      low: 0.5,
      high: 0.75,
      verdict: "far",
    } as const;
    const beside = rowsOf({ values, medians, model: "m", match: { matched: 90, total: 100 }, checks: [check] });
    expect(beside.slice(-2)).toEqual([
      ["Beside the model", "90 of its 100 genes"],
      ["zeros", "0.416 share of zeros, far outside the training damage (0.5 to 0.75)"],
    ]);
    expect(rowsOf({ values, medians, model: "m", refused: "too few genes" }).at(-1)).toEqual([
      "Beside the model",
      "too few genes",
    ]);
  });
});

describe("the command that repairs", () => {
  const offered = (changes: Partial<Places> = {}) => {
    const said: [string, object][] = [];
    const listen = (place: string) => (item: object) => {
      said.push([place, item]);
      return { isDisposed: false, dispose: () => undefined };
    };
    addEntries("repair", "h5ad", {
      ...{ contextMenu: { addItem: listen("menu") }, palette: { addItem: listen("palette") } },
      ...{ launcher: { add: listen("launcher") }, ...changes },
    });
    return said;
  };

  it("is in the palette and on a card of the launcher, under one heading, and in the menu of its files", () => {
    expect(offered()).toEqual([
      ["palette", { command: "repair", category: "diffrepairer" }],
      ["launcher", { command: "repair", category: "diffrepairer" }],
      ["menu", expect.objectContaining({ command: "repair", selector: expect.stringContaining('"h5ad"') })],
    ]);
  });

  it("is offered where there is neither palette nor launcher", () => {
    expect(offered({ palette: null, launcher: null }).map(([place]) => place)).toEqual(["menu"]);
  });
});

describe("the kernel that repairs", () => {
  it("is this project's, by its plainest name", () => {
    expect(kernelName(["python3", "diffrepairer-checkout", "diffrepairer"])).toBe("diffrepairer");
    expect(() => kernelName(["python3", "tslab"])).toThrow(/not installed/);
  });
});
