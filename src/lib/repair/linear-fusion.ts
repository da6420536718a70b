import { geneLengths } from "../degrade/gene-numbers.js";
import { relativeLogLength } from "../degrade/length-bias.js";
import { resolveOptions } from "../options.js";
import { fitGeneRegression } from "./gene-regression.js";
import type { RepairModel } from "./model.js";
import { severitySource } from "./severity-source.js";
import type { TrainingData } from "./training-data.js";

/** Options of {@link fitLinearFusion}. */
export interface LinearFusionOptions {
  /** Principal components of the degraded training cells. Default: 30. */
  readonly components?: number;
  /** Penalty on the squares of all weights. Default: 2. */
  readonly lambda?: number;
  /** Above this log1p value a gene counts as detected, below it as noise. Default: 0.4. */
  readonly tau?: number;
  /**
   * What it is told of the cells' severities: nothing, its own estimate from the degraded values, or what the simulation drew.
   * Default: "none".
   */
  readonly severity?: "none" | "estimate" | "known";
}

/** A value divided by what the 3′ bias left of it is at most this, log1p: e⁹ is 8,100 of ten thousand. */
const LARGEST = 9;

const NAMES = {
  none: { name: "linear-fusion", label: "Linear fusion" },
  estimate: { name: "linear-fusion-estimate", label: "Linear fusion (estimated severity)" },
  known: { name: "linear-fusion-known", label: "Linear fusion (known severity)" },
} as const;

/**
 * Fuses each gene's own measurement with what the whole cell says, linearly and in closed form ({@link fitGeneRegression}), from
 * the features 1, z, 1[y > τ] and 1[y > τ]·y/sd of the degraded log1p value y with z-score z. With severities the last is
 * 1[y > τ]·(y/M)/sd: the 3′ bias M = exp(−intensity · relative log length) is undone, up to a value of 9.
 */
export async function fitLinearFusion(data: TrainingData, options: LinearFusionOptions = {}): Promise<RepairModel> {
  const { components, lambda, tau, severity } = resolveOptions<Required<LinearFusionOptions>>(
    "repair.fitLinearFusion",
    options,
    { components: 30, lambda: 2, tau: 0.4, severity: "none" },
  );
  if (!Object.hasOwn(NAMES, severity)) {
    throw new RangeError(`severity is "${String(severity)}"; use ${Object.keys(NAMES).join(", ")}`);
  }
  const blind = severity === "none";
  const length = blind ? undefined : Float32Array.from(relativeLogLength(geneLengths(data.train)));
  return fitGeneRegression(
    {
      ...NAMES[severity],
      ...{ components, lambda },
      ...(blind ? {} : { severity: severitySource(data, severity) }),
      own(tf, { y, z, sd, severity: severities }) {
        const detected = y.greater(tau).cast("float32");
        let level = y;
        if (length && severities) {
          const intensity = severities.slice([0, 0], [-1, 1]); // n × 1
          level = tf.minimum(y.mul(intensity.mul(tf.tensor1d(length)).exp()), LARGEST);
        }
        return [tf.onesLike(y), z, detected, detected.mul(level).div(sd)];
      },
    },
    data,
  );
}
