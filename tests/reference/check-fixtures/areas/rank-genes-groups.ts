import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame, metrics, stats, tl } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { type Results, unknownCase } from "../results.js";

/** Differential expression: the numbers from the kernels in float64, the lists of genes from the verb on a sparse matrix. */
export function rankGenesGroups(fixture: FixtureCase): Results {
  if (fixture.name.startsWith("deg_agreement")) return agreement(fixture);
  const method = fixture.parameters["method"] as tl.GroupTest | "logreg" | undefined;
  if (method === "logreg") return regression(fixture);
  return method === undefined ? unknownCase(fixture) : comparison(fixture, method);
}

function agreement(fixture: FixtureCase): Results {
  const truth = fixture.inputValue<Record<string, string[]>>("truth");
  const found = fixture.inputValue<Record<string, string[]>>("found");
  const each = (measure: (a: string[], b: string[]) => number) =>
    Object.fromEntries(Object.entries(truth).map(([group, genes]) => [group, measure(genes, found[group]!)]));
  return { jaccard: each(metrics.jaccardIndex), f1: each(metrics.setF1) };
}

function regression(fixture: FixtureCase): Results {
  const { values, genes, codes, groups } = inputs(fixture);
  const found = tl.logisticRegression(tl.geneColumns(tl.float64Rows(values, genes)), codes, groups.length, {
    C: fixture.parameters["C"] as number | undefined,
  });
  return { coefficients: found.coefficients, intercept: found.intercepts };
}

function comparison(fixture: FixtureCase, method: tl.GroupTest): Results {
  const { values, genes, codes, groups } = inputs(fixture);
  const { reference, tie_correct: tieCorrect } = fixture.parameters as { reference: string; tie_correct?: boolean };
  const { scores, logPValues, moments, others } = tl.compareGroups(
    tl.float64Rows(values, genes),
    codes,
    groups.length,
    {
      method,
      reference: groups.indexOf(reference),
      tieCorrect,
    },
  );
  const reported = groups.flatMap((name, group) => (name === reference ? [] : [group]));
  const rows = (all: Float64Array) => reported.map((group) => all.subarray(group * genes, (group + 1) * genes));
  const adata = tl.rankGenesGroups(data(fixture), { groupby: "group", method, reference, tieCorrect });
  const eachGroup = <T>(compute: (name: string) => T) =>
    Object.fromEntries(reported.map((group) => [groups[group]!, compute(groups[group]!)]));
  return {
    scores: rows(scores),
    pvals: rows(logPValues).map((row) => row.map(Math.exp)),
    pvals_adj: rows(logPValues).map((row) => stats.adjustLogP(row).map(Math.exp)),
    logfoldchanges: rows(moments.means.map((mean, at) => tl.logFoldChange(mean, others.means[at]!))),
    top20_by_score: eachGroup((name) => topGenes(fixture, tl.rankGenesGroupsFrame(adata, name), name)),
    deg_padj05_lfc1: eachGroup((name) => {
      const frame = tl.rankGenesGroupsFrame(adata, name, { pvalCutoff: 0.05 });
      const changes = frame.numbers("logfoldchanges");
      return frame.strings("names").filter((_, i) => Math.abs(changes[i]!) > 1);
    }),
  };
}

/** Twenty genes of the highest scores. Of genes that tie at the border, which may swap, those that are expected come first. */
function topGenes(fixture: FixtureCase, frame: Frame, group: string): string[] {
  const entry = fixture.expected["top20_by_score"];
  const expected = entry ? (fixture.value(entry) as Record<string, string[]>)[group]! : [];
  const names = frame.strings("names") as string[];
  const scores = frame.numbers("scores");
  const above = names.filter((_, i) => scores[i]! > scores[19]!);
  const tied = names.filter((_, i) => scores[i] === scores[19]);
  const ranked = [...tied.filter((name) => expected.includes(name)), ...tied];
  return [...new Set([...above, ...ranked])].slice(0, 20);
}

function inputs(fixture: FixtureCase) {
  const [, genes] = fixture.shape("X");
  const all = fixture.input("X");
  const rows = Array.from(fixture.input("rows"));
  const values = Float64Array.from(rows.flatMap((row) => Array.from(all.subarray(row * genes, (row + 1) * genes))));
  const groups = fixture.inputValue<string[]>("groups");
  const labels = fixture.inputValue<string[]>("labels");
  const codes = Int32Array.from(labels, (label) => groups.indexOf(label));
  return { values, genes, codes, groups, labels };
}

function data(fixture: FixtureCase): AnnData {
  const { values, genes, groups, labels } = inputs(fixture);
  const X = CsrMatrix.fromDense(new DenseMatrix([labels.length, genes], Float32Array.from(values)));
  const index = labels.map((_, i) => String(i));
  return new AnnData({ X, obs: new Frame(index, { group: categorical(labels, groups) }), var: geneTable(fixture) });
}

/** The names are an input, or lie beside the matrix: pbmc_log.f64, pbmc_genes.json. */
function geneTable(fixture: FixtureCase): Frame {
  const beside = { file: fixture.inputs["X"]!.file?.replace(/_[^_]*$/, "_genes.json"), dtype: "json" } as const;
  return new Frame(fixture.value(fixture.inputs["genes"] ?? beside) as string[]);
}
