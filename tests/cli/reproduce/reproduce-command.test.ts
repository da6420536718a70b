import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { categorical } from "../../../src/lib/anndata/column.js";
import { AnnData } from "../../../src/lib/anndata/index.js";
import { writeH5ad } from "../../../src/lib/io/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { METHODS, type RepairMethod } from "../../../src/lib/repair/index.js";
import { PAPER_SETS } from "../../../src/cli/reproduce/paper-sets.js";
import { reproduceCommand } from "../../../src/cli/reproduce/reproduce-command.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { RecordingTerminal } from "../recording-terminal.js";

const SETS = PAPER_SETS.filter(({ name }) => /pbmc68k|liver/.test(name));

const CHEAP: Record<string, RepairMethod> = {
  input: METHODS.input,
  "diffrepairer-paper": { ...METHODS.mean, label: "Stands for the paper's" },
  diffrepairer: { ...METHODS.affine, label: "Stands for ours" },
};

/** A data folder with made-up cells in the place of PBMC68k's extract, and nothing else. */
async function dataFolder(): Promise<void> {
  const data = temporaryFolder();
  vi.stubEnv("DIFFREPAIRER_DATA", data);
  onTestFinished(() => void vi.unstubAllEnvs());
  const counts = simulate({ cells: 700, genes: 765 });
  const index = counts.varNames.map((_, j) => ["CD3D", "GNLY", "MS4A1", "LYZ", "NKG7"][j] ?? `gene${j}`);
  Object.assign(counts.var, { index });
  const log = log1p(normalizeTotal(counts.copy(), { targetSum: 1e4 }));
  const obs = counts.obs.copy();
  obs.set("bulk_labels", categorical(obs.strings("cell_type")));
  for (const name of ["n_counts", "n_genes", "percent_mito", "louvain"]) obs.set(name, new Float32Array(700));
  const folder = join(data, "pbmc68k_reduced");
  mkdirSync(folder);
  const adata = new AnnData({ X: log.X, obs, var: counts.var.copy(), raw: { X: log.X, var: counts.var } });
  await writeH5ad(adata, join(folder, "10x_pbmc68k_reduced.h5ad"));
}

const options = (out: string) => ({ full: false, genes: 60, budget: "trial", draws: 5, out });

describe("diffrepairer reproduce", () => {
  it("writes one page with the paper's numbers, ours, comparisons, claims, and what is missing", async () => {
    await dataFolder();
    const out = join(temporaryFolder(), "reproduction");
    const terminal = new RecordingTerminal();
    await reproduceCommand(options(out), terminal, SETS, CHEAP);
    expect(terminal.text).toContain("Liver time series (liver_camp2017_subset) is missing");
    expect(terminal.text).toMatch(/91 claims: .*not run/);
    const page = readFileSync(join(out, "reproduction.html"), "utf8");
    expect(page).toMatch(/<td>Liver time series<\/td><td>liver_camp2017_subset<\/td><td>missing/);
    expect(page).toContain("<td>Stands for ours</td>");
    // 140 test cells: differences have intervals and no sign.
    expect(page).toMatch(/<td>Degraded input<\/td><td>-?[\d.]+ \[-?[\d.]+, -?[\d.]+\]<\/td>/);
    expect(page).toContain("data:image/svg+xml;base64,");
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    const values = readFileSync(join(out, "tables", "the-paper-beside-ours.csv"), "utf8").split("\n");
    expect(values[0]).toBe('where,method,metric,the paper\'s,"ours, PBMC68k"');
    expect(values.find((line) => line.startsWith("table 1,diffrepairer-paper,mse,"))).toMatch(/,\d\.\d+,\d\.\d+$/);
    expect(existsSync(join(out, "comparison", "by-cell.csv"))).toBe(true);
    expect(existsSync(join(out, "claims", "claims.json"))).toBe(true);
  });

  it("computes nothing again, and ends with an error where a method failed", async () => {
    await dataFolder();
    const out = join(temporaryFolder(), "reproduction");
    const failing: RepairMethod = { label: "Fails", fit: () => Promise.reject(new Error("no such luck")) };
    const run = (methods: Record<string, RepairMethod>) =>
      reproduceCommand(options(out), new RecordingTerminal(), SETS, methods);
    await expect(run({ ...CHEAP, failing })).rejects.toThrow(
      "1 runs failed: pbmc68k_reduced.failing.mixture.1: no such luck",
    );
    expect(readFileSync(join(out, "reproduction.html"), "utf8")).toContain("no such luck");
    const before = readFileSync(join(out, "results.jsonl"), "utf8");
    await run(CHEAP);
    expect(readFileSync(join(out, "results.jsonl"), "utf8")).toBe(before);
  });
});
