import { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import { geneLengths } from "../degrade/gene-numbers.js";
import { lengthFactor, relativeLogLength } from "../degrade/length-bias.js";
import { quantile } from "../stats/describe.js";
import { normalSf } from "../stats/normal.js";
import { logProfiles } from "./log-profile.js";
import type { BulkPairs } from "./pairs.js";

/**
 * Fits the paper's damage, `y = max(0, x · exp(-intensity · length) · keep + noise · ε)`, to each pair alone, on log profiles, each
 * part by what it is named for, over the genes that the clean sample has:
 *
 * - `intensity`: least absolute deviations over the genes that the degraded sample has too, since some of them are lost ones that noise
 *   made positive; at least 0, as the paper has it;
 * - `noise`: the spread of these genes around that (from the median absolute deviation);
 * - `dropout`: so that as many genes are zero as in the degraded sample, at most 1; noise makes half of the lost ones positive.
 *
 * @returns one row a pair; the columns are options of `degrade.paper`.
 * @example
 * validate.fitPaper(pairs).numbers("dropout"); // one a pair
 */
export function fitPaper({ clean, degraded }: BulkPairs): Frame {
  const relative = relativeLogLength(geneLengths(clean));
  const [before, after] = [rowMajor(logProfiles(clean).X), rowMajor(logProfiles(degraded).X)];
  const columns = {
    intensity: new Float64Array(clean.nObs),
    dropout: new Float64Array(clean.nObs),
    noise: new Float64Array(clean.nObs),
  };
  for (let i = 0; i < clean.nObs; i++) {
    const [x, y] = [before.row(i), after.row(i)];
    const seen = Int32Array.from(x.keys()).filter((j) => x[j]! > 0);
    const kept = seen.filter((j) => y[j]! > 0);
    const intensity = fitIntensity(x, y, relative, kept);
    const expected = (j: number) => x[j]! * lengthFactor(relative[j]!, intensity);
    const noise = 1.4826 * quantile(Float64Array.from(kept, (j) => Math.abs(y[j]! - expected(j))), 0.5); // prettier-ignore
    const belowZero = seen.reduce((sum, j) => sum + normalSf(expected(j) / noise), 0) / seen.length;
    const zeros = 1 - kept.length / seen.length;
    columns.intensity[i] = intensity;
    columns.noise[i] = noise;
    columns.dropout[i] = Math.max(0, Math.min(1, (zeros - belowZero) / (0.5 - belowZero)));
  }
  return new Frame(clean.obsNames.slice(), columns);
}

/** The intensity of least absolute deviations; where all lose more than any intensity takes, the largest. */
function fitIntensity(x: Float32Array, y: Float32Array, relative: Float64Array, genes: Int32Array): number {
  const [strongest, steps] = [20, 50];
  const descends = (intensity: number) => {
    let slope = 0;
    for (const j of genes) {
      const expected = x[j]! * lengthFactor(relative[j]!, intensity);
      slope += Math.sign(y[j]! - expected) * expected * relative[j]!;
    }
    return slope < 0;
  };
  let [low, high] = [0, strongest];
  if (!descends(0)) return 0;
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    if (descends(middle)) low = middle;
    else high = middle;
  }
  return low;
}
