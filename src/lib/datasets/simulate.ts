import { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";
import { drawCounts } from "./simulate-counts.js";
import { addLengths, drawBaseMeans, drawBatch, drawDifferences, drawShares } from "./simulate-genes.js";
import { simulatePaths } from "./simulate-paths.js";
import { checkSimulation, SIMULATION_DEFAULTS, type SimulationParameters } from "./simulation-parameters.js";

/** Options of {@link simulate}. */
export interface SimulateOptions extends Partial<SimulationParameters> {
  /** Whether the groups are types of cells, or paths along which cells lie. Default: "groups". */
  kind?: "groups" | "paths";
  /** Where each path begins: -1 at the root, else at the end of that earlier path. Default: all at the root. */
  pathsFrom?: readonly number[];
  /** Probability that a gene does not run straight along a path. Default: 0.1. */
  curvedProbability?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Simulates raw counts as Splatter does (Zappia, Phipson and Oshlack 2017): gamma gene means with outliers, log-normal totals, log-normal
 * factors of groups, paths and batches, gamma variation around the mean, Poisson counts, and logistic dropout. For tests and
 * teaching: simulated data are never called real, `uns.source` says what they are.
 *
 * Of a cell with expected total T and a gene with mean m (after all factors), T m / Σm is the cell's mean λ, and the count is Poisson
 * around a gamma number with mean λ and variance `D λ²`, `D = (dispersion + dispersionTrend / λ) · df / χ²` with the gene's own χ² of
 * `dispersionDegrees`. {@link estimateSimulation} finds the parameters of real data.
 *
 * The result is sparse; `obs` has `group` ("path" for paths, with `step` from 0 to 1), `batch` and `expected_total`; `var` has
 * `base_mean`, `outlier`, a factor for each group (`de_group1`) and batch, and a simulated `length` and `gc` that depend on nothing
 * else; with dropout `layers.true_counts` holds the counts before it.
 *
 * @throws RangeError where a parameter is out of range.
 * @example
 * const adata = datasets.simulate({ groups: [0.5, 0.3, 0.2], deProbability: 0.2, seed: 1 });
 */
export function simulate(options: SimulateOptions = {}): AnnData {
  const resolved = resolveOptions<Required<Omit<SimulateOptions, "dropout">> & SimulationParameters>(
    "datasets.simulate",
    options,
    {
      ...SIMULATION_DEFAULTS,
      kind: "groups",
      pathsFrom: (options.groups ?? SIMULATION_DEFAULTS.groups).map(() => -1),
      curvedProbability: 0.1,
      seed: 0,
    },
  );
  checkSimulation(resolved);
  const { cells, genes, seed, kind } = resolved;
  if (kind !== "groups" && kind !== "paths") {
    throw new RangeError(`kind "${String(kind)}" is not known; use "groups" or "paths"`);
  }
  const variables = new Frame(Array.from({ length: genes }, (_, j) => `gene${j + 1}`));
  const base = drawBaseMeans(resolved, variables);
  const groupOf = drawShares(resolved.groups, cells, random(seed, "simulate", "group"));
  const batchOf = drawShares(resolved.batches, cells, random(seed, "simulate", "batch"));
  const isOneGroup = kind === "groups" && resolved.groups.length === 1;
  const deProbability = isOneGroup ? 0 : resolved.deProbability;
  const factors = resolved.groups.map((_, k) => drawDifferences({ ...resolved, deProbability }, k));
  const steps = kind === "paths" ? random(seed, "simulate", "step").fillUniform(new Float32Array(cells)) : undefined;
  const groupFactor = steps ? simulatePaths(resolved, factors) : (k: number) => factors[k]!;
  const batchFactors = resolved.batches.map((_, k) => drawBatch(resolved, k));
  factors.forEach((factor, k) => variables.set(`de_${kind === "paths" ? "path" : "group"}${k + 1}`, factor));
  batchFactors.forEach((factor, k) => variables.set(`batch_factor${k + 1}`, factor));
  addLengths(variables, random(seed, "simulate", "length"));

  const libraryStream = random(seed, "simulate", "library");
  const totals = Float64Array.from({ length: cells }, () =>
    Math.exp(resolved.libraryLocation + resolved.libraryScale * libraryStream.normal()),
  );
  const draw = (i: number, means: Float64Array) => {
    const group = groupFactor(groupOf[i]!, steps?.[i] ?? 1);
    const batch = batchFactors[batchOf[i]!]!;
    let sum = 0;
    for (let j = 0; j < genes; j++) sum += means[j] = base[j]! * group[j]! * batch[j]!;
    if (sum > 0) for (let j = 0; j < genes; j++) means[j]! *= totals[i]! / sum;
  };
  const { X, truth } = drawCounts(resolved, draw);
  const name = (prefix: string) => (k: number) => `${prefix}${k + 1}`;
  const obs = new Frame(
    Array.from({ length: cells }, (_, i) => `cell${i + 1}`),
    {
      [kind === "paths" ? "path" : "group"]: categorical(
        Array.from(groupOf, name(kind === "paths" ? "Path" : "Group")),
      ),
      ...(steps && { step: Float64Array.from(steps) }),
      batch: categorical(Array.from(batchOf, name("Batch"))),
      expected_total: totals,
    },
  );
  return new AnnData({
    X,
    obs,
    var: variables,
    layers: truth ? { true_counts: truth } : {},
    uns: { source: { name: "simulated", title: "Simulated counts, not data" }, simulation: { ...resolved } },
  });
}
