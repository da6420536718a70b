import { geneLengths } from "../degrade/gene-numbers.js";
import { relativeLogLength } from "../degrade/length-bias.js";
import { resolveOptions } from "../options.js";
import { fusionDefaults, fusionFeatures, keptShare, type FusionOptions } from "./fusion-weights.js";
import { fitGeneRegression, type GeneRegression } from "./gene-regression.js";
import type { RepairModel } from "./model.js";
import { givenSeverities, severitySource } from "./severity-source.js";
import type { TrainingData } from "./training-data.js";

/** Options of {@link fitLinearFusion}. */
export interface LinearFusionOptions extends FusionOptions {
  /**
   * What it is told of the cells' severities: nothing, its own estimate from the degraded values, or what the simulation drew.
   * Default: "none".
   */
  readonly severity?: "none" | "estimate" | "known";
}

const NAMES = {
  none: { name: "linear-fusion", label: "Linear fusion" },
  estimate: { name: "linear-fusion-estimate", label: "Linear fusion, severity estimated" },
  known: { name: "linear-fusion-known", label: "Linear fusion, severity known" },
} as const;

/**
 * Fuses each gene's own measurement with what the whole cell says, linearly and in closed form. For gene g, z-scored,
 *
 * x̂ = Σₖ W[k, g]·fₖ + Σ_c Q[c, g]·p_c,  f = [1, z, 1[y > τ], 1[y > τ]·y/sd],
 *
 * with y the degraded log1p value, z its z-score, and p the cell's scores on the leading principal directions of the
 * degraded training cells, divided by √G. Each gene's 4 + components weights are one ridge regression over the training
 * pairs. The severity is not told to it, unless `severity` says so: then y in the last feature is divided by the share of the
 * signal that 3′ bias left, exp(−intensity · relative log length), up to a value of 9.
 * @example
 * const model = await repair.fitLinearFusion(task);
 */
export async function fitLinearFusion(data: TrainingData, options: LinearFusionOptions = {}): Promise<RepairModel> {
  const defaults: Required<LinearFusionOptions> = { ...fusionDefaults(data), severity: "none" };
  const { severity, ...fusion } = resolveOptions("repair.fitLinearFusion", options, defaults);
  if (!Object.hasOwn(NAMES, severity)) {
    throw new RangeError(`severity is "${String(severity)}"; use ${Object.keys(NAMES).join(", ")}`);
  }
  const told = severity === "none" ? {} : { kept: keptBy(data, severity) };
  return fitGeneRegression({ ...NAMES[severity], ...fusionFeatures(fusion), ...told }, data);
}

/** The share that 3′ bias left of each gene in each cell. */
function keptBy(data: TrainingData, severity: "estimate" | "known"): GeneRegression["kept"] {
  const source = severitySource(data, severity);
  const length = Float32Array.from(relativeLogLength(geneLengths(data.train)));
  return (tf, cells, given) => keptShare(tf, given ? givenSeverities(given, cells.nObs) : source.of(cells), length);
}
