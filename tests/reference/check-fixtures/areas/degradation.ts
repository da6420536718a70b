import { AnnData, degrade, DenseMatrix, Frame, stats } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { type Results, unknownCase } from "../results.js";

/**
 * The moments of simulated damage. What the library computes in closed form is returned; that its simulation has these moments is
 * checked first, by the bounds of the cases' notes, and a case fails where it has not.
 */
export function degradation(fixture: FixtureCase): Results {
  const compute = CASES[fixture.name];
  return compute ? compute(fixture) : unknownCase(fixture);
}

const CASES: Record<string, (fixture: FixtureCase) => Results> = {
  additive_model: additiveModel,
  binomial_thinning: binomialThinning,
  downsample_total: downsampleTotal,
  length_factor: lengthFactor,
  sampler_moments: samplerMoments,
};

const COPIES = 20_000;

function lengthFactor(fixture: FixtureCase): Results {
  const relative = degrade.relativeLogLength(fixture.input("lengths"));
  const intensities = fixture.parameters["intensity"] as number[];
  const factors = (intensity: number) => Array.from(relative, (length) => degrade.lengthFactor(length, intensity));
  return {
    relative_log_length: relative,
    M: Object.fromEntries(intensities.map((intensity) => [String(intensity), factors(intensity)])),
  };
}

function additiveModel(fixture: FixtureCase): Results {
  const { rows } = fixture.inputValue<{ rows: { intensity: number; dropout: number; sigma: number }[] }>("grid");
  const lengths = fixture.input("lengths");
  const x = fixture.input("x");
  const relative = degrade.relativeLogLength(lengths);
  const copies = repeated(x, lengths);
  const results = { mean: [], variance: [], clipped_mean: [], clipped_variance: [] } as Record<string, number[]>;
  for (const { intensity, dropout, sigma: noise } of rows) {
    for (const clip of [false, true]) {
      const moments = Array.from(x, (value, j) =>
        degrade.paperMoments(value, degrade.lengthFactor(relative[j]!, intensity), dropout, noise, clip),
      );
      expectMoments(degrade.paper(copies, { intensity, dropout, noise, clip }), moments, {
        variance: 0.1,
        absolute: 0.003,
        // The library holds values in float32.
        rounding: 1e-6,
      });
      results[clip ? "clipped_mean" : "mean"]!.push(...moments.map(({ mean }) => mean));
      results[clip ? "clipped_variance" : "variance"]!.push(...moments.map(({ variance }) => variance));
    }
  }
  return results;
}

function binomialThinning(fixture: FixtureCase): Results {
  const { rows } = fixture.inputValue<{ rows: { intensity: number; keep: number }[] }>("grid");
  const relative = degrade.relativeLogLength(fixture.input("lengths"));
  const counts = fixture.input("counts");
  const results = { probability: [], mean: [], variance: [], p_zero: [] } as Record<string, number[]>;
  for (const { intensity, keep } of rows) {
    const probability = Array.from(relative, (length) => keep * degrade.lengthFactor(length, intensity));
    const moments = Array.from(counts, (count, j) => degrade.thinningMoments(count, probability[j]!));
    // A relative length of 1 at integrity 10 / e keeps exp(-1) of the molecules: the same law in the library's terms.
    const lengths = Array.from(relative, (length) => Math.max(intensity * length, 1e-300));
    const damaged = degrade.counts(repeated(counts, lengths), {
      ...{ integrity: 10 / Math.E, referenceLength: 1, keep },
      ...{ captureLoss: 0, ambient: 0, swapping: 0 },
    });
    expectMoments(damaged, moments, { variance: 0.1, absolute: 0.003, rounding: 1e-9, most: counts });
    results["probability"]!.push(...probability);
    results["mean"]!.push(...moments.map(({ mean }) => mean));
    results["variance"]!.push(...moments.map(({ variance }) => variance));
    results["p_zero"]!.push(...moments.map(({ zero }) => zero));
    moments.forEach(({ zero }, j) => {
      const share = damaged.X.column(j).filter((value) => value === 0).length / COPIES;
      const bound = 5 * Math.sqrt((zero * (1 - zero)) / COPIES) + 1 / COPIES;
      if (!(Math.abs(share - zero) <= bound)) throw new Error(`the share of zeros is ${share}, expected ${zero}`);
    });
  }
  return results;
}

function downsampleTotal(fixture: FixtureCase): Results {
  const counts = fixture.input("counts");
  const all = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const copies = repeated(counts).select({ obs: [...Array(2000).keys()] });
  const results = { mean: [], variance: [] } as Record<string, number[]>;
  for (const total of fixture.input("n")) {
    const moments = Array.from(counts, (count) => degrade.downsampleMoments(count, all, total));
    const kept = degrade.downsample(copies, { total });
    const wrong = kept.X.rowSums().find((sum) => sum !== total);
    if (wrong !== undefined) throw new Error(`a draw has ${wrong} molecules, not ${total}`);
    expectMoments(kept, moments, { variance: 0.2, absolute: 0.01, rounding: 1e-9, most: counts });
    results["mean"]!.push(...moments.map(({ mean }) => mean));
    results["variance"]!.push(...moments.map(({ variance }) => variance));
  }
  return results;
}

/** Cells that are all alike. */
function repeated(values: ArrayLike<number>, lengths?: ArrayLike<number>): AnnData {
  const genes = values.length;
  const X = DenseMatrix.zeros([COPIES, genes]);
  for (let i = 0; i < COPIES; i++) X.data.set(Float32Array.from(values), i * genes);
  const names = Array.from({ length: genes }, (_, j) => `gene${j}`);
  return new AnnData({ X, var: new Frame(names, lengths ? { length: Float64Array.from(lengths) } : {}) });
}

interface Bounds {
  /** How far a variance may be off: a share of it, and absolutely. */
  variance: number;
  absolute: number;
  rounding: number;
  /** Where given, values must be whole numbers up to these. */
  most?: ArrayLike<number>;
}

function expectMoments({ X }: AnnData, moments: degrade.ValueMoments[], bounds: Bounds): void {
  const found = stats.columnMoments(X);
  moments.forEach(({ mean, variance }, j) => {
    const error = Math.abs(found.mean[j]! - mean);
    if (!(error <= 5 * Math.sqrt(variance / X.shape[0]) + bounds.rounding * (1 + Math.abs(mean)))) {
      throw new Error(`gene ${j} has a simulated mean of ${found.mean[j]}, expected ${mean}`);
    }
    if (!(Math.abs(found.variance[j]! - variance) <= Math.max(bounds.variance * variance, bounds.absolute))) {
      throw new Error(`gene ${j} has a simulated variance of ${found.variance[j]}, expected ${variance}`);
    }
    const { most } = bounds;
    if (most && X.column(j).some((value) => !Number.isInteger(value) || value < 0 || value > most[j]!)) {
      throw new Error(`gene ${j} has values that are not whole numbers from 0 to ${most[j]}`);
    }
  });
}

interface Sampler {
  name: string;
  args: number[];
}

type Draw = (stream: stats.Random, a: number, b: number) => number;

/** Each sampler with its mean and variance. */
const SAMPLERS: Record<string, [draw: Draw, mean: Moment, variance: Moment]> = {
  normal: [(stream, a, b) => a + b * stream.normal(), (a) => a, (_, b) => b * b],
  uniform: [(stream, a, b) => a + (b - a) * stream.uniform(), (a, b) => (a + b) / 2, (a, b) => (b - a) ** 2 / 12],
  bernoulli: [(stream, p) => stats.drawBinomial(stream, 1, p), (p) => p, (p) => p * (1 - p)],
  binomial: [stats.drawBinomial, (n, p) => n * p, (n, p) => n * p * (1 - p)],
  poisson: [stats.drawPoisson, (mean) => mean, (mean) => mean],
  gamma_shape_scale: [stats.drawGamma, (shape, scale) => shape * scale, (shape, scale) => shape * scale ** 2],
  beta: [stats.drawBeta, (a, b) => a / (a + b), (a, b) => (a * b) / ((a + b) ** 2 * (a + b + 1))],
  negative_binomial_mean_dispersion: [
    stats.drawNegativeBinomial,
    (mean) => mean,
    (mean, dispersion) => mean + dispersion * mean ** 2,
  ],
  lognormal: [
    (stream, a, b) => Math.exp(a + b * stream.normal()),
    (a, b) => Math.exp(a + (b * b) / 2),
    (a, b) => Math.expm1(b * b) * Math.exp(2 * a + b * b),
  ],
  exponential_mean: [stats.drawExponential, (mean) => mean, (mean) => mean ** 2],
};

type Moment = (a: number, b: number) => number;

const HEAVY_TAILED = new Set(["lognormal", "negative_binomial_mean_dispersion", "gamma_shape_scale"]);

function samplerMoments(fixture: FixtureCase): Results {
  const { list } = fixture.inputValue<{ list: Sampler[] }>("samplers");
  const draws = 100_000;
  return {
    moments: {
      list: list.map(({ name, args }, k) => {
        const [draw, meanOf, varianceOf] = SAMPLERS[name]!;
        const [a, b] = [args[0]!, args[1] ?? NaN];
        const [mean, variance] = [meanOf(a, b), varianceOf(a, b)];
        const stream = stats.random(0, "fixture", name, String(k));
        const found = stats.describe(Float64Array.from({ length: draws }, () => draw(stream, a, b)));
        const isMeanRight = Math.abs(found.mean - mean) <= 5 * Math.sqrt(variance / draws);
        const share = HEAVY_TAILED.has(name) ? 0.1 : 0.05;
        if (!isMeanRight || !(Math.abs(found.variance - variance) <= share * variance)) {
          throw new Error(`${name} has mean ${found.mean} and variance ${found.variance}, not ${mean} and ${variance}`);
        }
        return { mean, variance };
      }),
    },
  };
}
