import { AnnData } from "../../anndata/anndata.js";
import { DenseMatrix } from "../../anndata/dense.js";
import { Frame } from "../../anndata/frame.js";
import type { RowMatrix } from "../../anndata/matrix.js";
import type { Severities } from "../model.js";
import { NetworkModel } from "../network-model.js";
import { SEVERITY_NAMES } from "../severity-estimator.js";
import { genesOf, type GeneMatch } from "./match-genes.js";
import { SAMPLE_SEVERITIES, type SampleModel, type SampleSeverity } from "./sample-model.js";

/** Cells of a sample with the model's genes, dense; genes that it lacks have the damaged training cells' mean, which says nothing. */
export function modelCells(normalized: RowMatrix, match: GeneMatch, { context }: SampleModel): AnnData {
  const { columns, scaling, reference } = context;
  const [cells] = normalized.shape;
  const neutral = reference.center.map((z, j) => Math.max(0, scaling.mean[j]! + z * scaling.sd[j]!));
  const X = new DenseMatrix([cells, columns.length], new Float32Array(cells * columns.length));
  for (let i = 0; i < cells; i++) {
    const from = normalized.row(i);
    const to = X.row(i);
    match.columns.forEach((column, j) => (to[j] = column < 0 ? neutral[j]! : from[column]!));
  }
  return new AnnData({ X, var: new Frame(columns) });
}

/** The share of genes that each cell lost, and the severities for the network where they are not its own to estimate. */
export function severitiesOf(
  match: GeneMatch,
  { model, context }: SampleModel,
  cells: AnnData,
  severity: "estimate" | SampleSeverity,
): { lost: Float32Array; told?: Severities } {
  if (severity !== "estimate") {
    if (!SAMPLE_SEVERITIES.includes(severity)) {
      const known = ["estimate", ...SAMPLE_SEVERITIES].join(", ");
      throw new RangeError(`severity is "${String(severity)}"; use ${known}`);
    }
    const { input, lost } = context.severities[severity];
    const shares = new Float32Array(cells.nObs).fill(lost);
    return input.length === 0 ? { lost: shares } : { lost: shares, told: named((t) => input[t]!) };
  }
  const known = genesOf(match);
  const seen = cells.select({ var: known });
  const lost = context.lost.forGenes(known).estimate(seen).data;
  const estimator = model instanceof NetworkModel ? model.severityEstimator : undefined;
  if (!estimator || match.missing.length === 0) return { lost };
  // Genes that the sample lacks would look lost.
  const estimates = estimator.forGenes(known).estimate(seen);
  return { lost, told: named((t) => estimates.column(t)) };
}

function named(severity: (t: number) => Severities["noise"]): Severities {
  return Object.fromEntries(SEVERITY_NAMES.map((name, t) => [name, severity(t)])) as unknown as Severities;
}
