import { quantile } from "../stats/describe.js";
import { naturalSpline, type NaturalSpline } from "../stats/natural-spline.js";
import { quantileRegression } from "../stats/quantile-regression.js";

/** cqn's knots, and how far it moves the outer two inwards. */
const PROBABILITIES = [0.025, 0.25, 0.5, 0.75, 0.975];
const INWARDS = [0.01, 0, 0, 0, -0.01];
const GRID = 101;

/** A covariate of the genes, with the spline of the genes that are fitted. */
export interface Covariate {
  /** Interior knots. */
  knots: Float64Array;
  /** 101 points over the fitted genes' range. */
  grid: Float64Array;
  /** Of every gene, moved into the fitted genes' range. */
  values: Float64Array;
  spline: NaturalSpline;
}

/** Fits a sample's values to smooth functions of covariates. */
export interface CovariateCurves {
  covariates: readonly Covariate[];
  /** Coefficients of the constant and the splines, by regression of quantile `tau` over the fitted genes. */
  fit(y: Float64Array, tau: number): Float64Array;
  /** The fitted value of every gene. */
  fitted(coefficients: Float64Array): Float64Array;
  /** A covariate's curve over its grid, the others at the middle of theirs. */
  curve(coefficients: Float64Array, covariate: number): Float64Array;
}

/**
 * Smooth functions of covariates, a sum of natural cubic splines each, as cqn has them (Hansen, Irizarry and Wu 2012).
 *
 * @param named - each covariate's values by gene, with a name for messages.
 * @param subset - the genes that are fitted.
 * @throws RangeError where a covariate has too few different values among the fitted genes, or these are too few.
 * @example
 * const gc = adata.var.numbers("gc");
 * const curves = pp.covariateCurves({ gc }, Int32Array.from(gc.keys()));
 * const byGc = curves.fitted(curves.fit(adata.X.columnSums().map(Math.sqrt), 0.5));
 */
export function covariateCurves(named: Readonly<Record<string, Float64Array>>, subset: Int32Array): CovariateCurves {
  const covariates = Object.entries(named).map(([name, values]) => covariate(name, values, subset));
  const width = 1 + covariates.reduce((sum, { spline }) => sum + spline.size, 0);
  const genes = covariates[0]!.values.length;
  if (subset.length < 2 * width) {
    throw new RangeError(
      `only ${subset.length} genes are left to fit ${width} coefficients; give subindex or a lower minMean`,
    );
  }
  const row = (out: Float64Array, start: number, at: (covariate: Covariate, c: number) => number) => {
    out[start] = 1;
    covariates.reduce((next, one, c) => {
      one.spline.evaluate(at(one, c), out, next);
      return next + one.spline.size;
    }, start + 1);
  };
  const design = new Float64Array(genes * width);
  for (let gene = 0; gene < genes; gene++) row(design, gene * width, ({ values }) => values[gene]!);
  const fittedDesign = new Float64Array(subset.length * width);
  subset.forEach((gene, i) => fittedDesign.set(design.subarray(gene * width, (gene + 1) * width), i * width));
  const regression = quantileRegression(fittedDesign, width);
  const product = (rows: Float64Array, coefficients: Float64Array) =>
    Float64Array.from({ length: rows.length / width }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += rows[i * width + c]! * coefficients[c]!;
      return sum;
    });
  return {
    covariates,
    fit: (y, tau) =>
      regression.fit(
        Float64Array.from(subset, (gene) => y[gene]!),
        tau,
      ),
    fitted: (coefficients) => product(design, coefficients),
    curve(coefficients, shown) {
      const rows = new Float64Array(GRID * width);
      for (let point = 0; point < GRID; point++) {
        row(rows, point * width, ({ grid }, c) => grid[c === shown ? point : (GRID - 1) / 2]!);
      }
      return product(rows, coefficients);
    },
  };
}

function covariate(name: string, values: Float64Array, subset: Int32Array): Covariate {
  const chosen = Float64Array.from(subset, (gene) => values[gene]!).sort();
  const [low, high] = [chosen[0]!, chosen.at(-1)!];
  if (!(high > low)) throw new RangeError(`${name} is the same, or not a number, for all genes that are fitted`);
  const knots = Float64Array.from(PROBABILITIES, (p, k) => quantile(chosen, p) + INWARDS[k]!);
  try {
    return {
      knots,
      grid: Float64Array.from({ length: GRID }, (_, i) => low + ((high - low) / (GRID - 1)) * i),
      values: values.map((value) => Math.min(high, Math.max(low, value))),
      spline: naturalSpline([low, ...knots.slice().sort(), high]),
    };
  } catch (error) {
    throw new RangeError(`${name} has too few different values among the genes that are fitted`, { cause: error });
  }
}
