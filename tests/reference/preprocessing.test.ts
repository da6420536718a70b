import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, type Frame } from "../../src/lib/anndata/index.js";
import * as pp from "../../src/lib/pp/index.js";
import { expectClose, expectCloseUpToSign } from "../helpers/compare.js";
import { STORAGES } from "../helpers/matrices.js";
import { numbers, readJson } from "./read-json.js";

type Columns = Record<string, (number | null)[]>;

/** An option by scanpy's name. */
type Options = Record<string, number | boolean>;

interface Preprocessing {
  counts: number[][];
  mt: number[];
  qc: { obs: Columns; var: Columns };
  filter: { verb: "filter_cells" | "filter_genes"; options: Options; kept: string[] }[];
  normalize: { options: Options; totals: number[]; row: number[] }[];
  log1p: number[][];
  hvg: { options: Options; var: Columns }[];
  scale: { options: Options; var: Columns; rows: number[][] }[];
  pca: { hvg: boolean; variance: number[]; variance_ratio: number[]; scores: number[][]; components: number[][] }[];
}

const reference = readJson<Preprocessing>("preprocessing.json");

/** scanpy computed in float64; our matrices hold float32, whose rounding is 6e-8 of a value. */
const STORED = { relative: 2e-7, absolute: 1e-9 };
/** The committed values have 8 digits; counts are exact in float32, and sums are float64. */
const EXACT = { relative: 1e-7, absolute: 1e-9 };

describe.each(STORAGES)("%s counts as scanpy", (storage) => {
  const counts = () => {
    const dense = DenseMatrix.fromRows(reference.counts);
    const adata = new AnnData({ X: storage === "dense" ? dense : CsrMatrix.fromDense(dense) });
    adata.var.set("mt", reference.mt.map(Boolean));
    return adata;
  };
  const logarithms = () => pp.log1p(pp.normalizeTotal(counts(), { targetSum: 1e4 }));

  it("has the quality measures of cells and genes", () => {
    const adata = pp.calculateQcMetrics(counts(), { qcVars: ["mt"], percentTop: [5, 20] });
    expectColumns(adata.obs, reference.qc.obs);
    expectColumns(adata.var, reference.qc.var);
    expect(adata.obs.columns.sort()).toEqual(Object.keys(reference.qc.obs).sort());
    expect(adata.var.columns.filter((name) => name !== "mt").sort()).toEqual(Object.keys(reference.qc.var).sort());
  });

  it.each(reference.filter)("keeps the same by $verb of $options", ({ verb, options, kept }) => {
    const filter = verb === "filter_cells" ? pp.filterCells : pp.filterGenes;
    const adata = filter(counts(), camelCase(options));
    expect(verb === "filter_cells" ? adata.obsNames : adata.varNames).toEqual(kept);
  });

  it.each(reference.normalize)("normalises totals by $options", ({ options, totals, row }) => {
    const { X } = pp.normalizeTotal(counts(), camelCase(options));
    expectClose(X.rowSums(), totals, STORED);
    expectClose(X.row(3), row, STORED);
  });

  it("has the logarithms", () => {
    const { X } = logarithms();
    reference.log1p.forEach((row, i) => expectClose(X.row(i), row, STORED));
  });

  it.each(reference.hvg)("finds the same highly variable genes by $options", ({ options, var: expected }) => {
    const adata = pp.highlyVariableGenes(logarithms(), camelCase(options));
    expect([...adata.var.numbers("highly_variable")]).toEqual(expected["highly_variable"]);
    // Variances of exp(x) - 1 over the rounding of x: 1e-7 × ln 10,000, and once more in a difference of dispersions.
    const tolerance = { relative: 1e-6, absolute: 1e-5 };
    for (const name of ["means", "dispersions", "dispersions_norm"]) {
      expectClose(adata.var.numbers(name), numbers(expected[name]), tolerance);
    }
  });

  it.each(reference.scale)("scales by $options", ({ options, var: expected, rows }) => {
    const adata = pp.scale(logarithms(), camelCase(options));
    // Means and spreads of float32 logarithms.
    expectColumns(adata.var, expected, { relative: 1e-6, absolute: 1e-9 });
    // Differences of values up to 7 with the rounding of float32, over spreads from 0.5 up.
    rows.forEach((row, i) => expectClose(adata.X.row(i), row, { relative: 1e-6, absolute: 2e-6 }));
  });

  it.each(reference.pca)("has the principal components (highly variable genes only: $hvg)", (expected) => {
    const adata = logarithms();
    if (expected.hvg) pp.highlyVariableGenes(adata, { nTopGenes: 30 });
    pp.pca(adata, { nComps: 6 });
    const { variance, variance_ratio: ratio } = adata.uns["pca"] as Record<string, Float64Array>;
    expectClose(variance!, expected.variance, { relative: 1e-6 });
    expectClose(ratio!, expected.variance_ratio, { relative: 1e-6 });
    // Vectors turn by the rounding of the entries over the gap between eigenvalues (here above 3 % of the largest).
    const tolerance = { relative: 1e-4, absolute: 1e-5 };
    const { X_pca: scores } = adata.obsm;
    expectCloseUpToSign(scores!.transpose().data, numbers(expected.scores), adata.nObs, tolerance);
    const components = adata.varm["PCs"]!.transpose();
    expectCloseUpToSign(components.data, numbers(expected.components), adata.nVars, tolerance);
  });
});

function expectColumns(frame: Frame, expected: Columns, tolerance = EXACT): void {
  for (const [name, values] of Object.entries(expected)) expectClose(frame.numbers(name), numbers(values), tolerance);
}

function camelCase(options: Options): Record<string, number | boolean> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
