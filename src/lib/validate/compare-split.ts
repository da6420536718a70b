import type { AnnData } from "../anndata/anndata.js";
import { spearman } from "../metrics/spearman.js";
import { energyDistance } from "../stats/energy-distance.js";
import { kolmogorovSmirnov } from "../stats/kolmogorov-smirnov.js";
import { random } from "../stats/random.js";
import { addToCurves, type Curves, emptyCurves } from "./curves.js";
import { foldChanges, meanByGene, type Slopes, slopes, told } from "./fold-change.js";
import { meanShares } from "./mean-shares.js";
import type { BulkPairs } from "./pairs.js";
import { separateByGenes, separateBySummaries, summaries, type TwoKinds } from "./separate.js";
import { bulkSimulators, type Mode, MODES, simulateAll, type Simulator } from "./simulators.js";

/** Measures by name. */
export type Measures = Record<string, number>;

/** What one split tells: measures by mode; of the real samples and their halves too. */
export interface SplitComparison {
  modes: Record<string, Measures>;
  /** Measures of the bulk simulation on the judged half without each mechanism, less those of the whole. */
  without: Record<string, Measures>;
}

/** Name under which the real samples' own slopes are. */
export const REAL = "real";

/** Name under which the distances of one half of the real pairs from the other are: what a perfect simulation is left with. */
export const HALVES = "real halves";

/** A gene's mean fold change needs so many samples. */
const LEAST = 3;

/**
 * Fits every simulation to one half of the pairs and compares what it makes of the other half's clean samples with that half's real degraded
 * ones. The discriminators are trained on the fitted half, real and simulated, and judged on the other.
 *
 * @param curves - by mode; the judged half's fold changes are added.
 * @param withMechanisms - whether the bulk simulation is run without each of its mechanisms too.
 */
export function compareSplit(
  fitted: BulkPairs,
  judged: BulkPairs,
  curves: Record<string, Curves>,
  seed: number,
  withMechanisms = true,
): SplitComparison {
  const reference = meanShares(fitted.degraded);
  const real = describeHalf(judged.clean, judged.degraded, reference);
  const trained = describeHalf(fitted.clean, fitted.degraded, reference);
  const collect = (name: string, half: Half) =>
    addToCurves((curves[name] ??= emptyCurves()), judged.clean, half.changes);
  collect(REAL, real);

  const ownSlopes = slopes(judged.clean, real.changes);
  const modes: Record<string, Measures> = {
    [REAL]: slopeMeans(ownSlopes),
    [HALVES]: { ...distances(real, trained), "AUC of summaries": floorOf(trained, fitted, real, judged, seed) },
  };
  const bulk = bulkSimulators(fitted);
  const own = fitted.patients.map((_, row) => row);
  for (const [name, mode] of Object.entries(MODES) as [string, Mode][]) {
    const simulator = name === "bulk" ? bulk.whole : mode(fitted);
    const inside = simulateAll(simulator, fitted.clean, seed, own);
    const outside = simulateAll(simulator, judged.clean, seed + 1);
    const half = describeHalf(judged.clean, outside, reference);
    collect(name, half);
    const made = slopes(judged.clean, half.changes);
    modes[name] = {
      ...distances(real, half),
      "AUC of summaries": separateBySummaries(
        { real: trained.summaries, other: summaries(inside, reference) },
        { real: real.summaries, other: half.summaries },
      ),
      "AUC of all genes": separateByGenes([fitted.degraded, inside], [judged.degraded, outside]),
      ...slopeMeans(made),
      "length slope, KS": ks(ownSlopes.length, made.length),
      "gc slope, KS": ks(ownSlopes.gc, made.gc),
      "expression slope, KS": ks(ownSlopes.expression, made.expression),
    };
  }
  const simulators = withMechanisms ? bulk.without : {};
  return { modes, without: withoutEach(simulators, judged, real, modes["bulk"]!, reference, seed + 1) };
}

/** The change of each distance where one mechanism is left out of the bulk simulation. */
function withoutEach(
  simulators: Record<string, Simulator>,
  judged: BulkPairs,
  real: Half,
  whole: Measures,
  reference: Float64Array,
  seed: number,
): Record<string, Measures> {
  return Object.fromEntries(
    Object.entries(simulators).map(([name, simulator]) => {
      const half = describeHalf(judged.clean, simulateAll(simulator, judged.clean, seed), reference);
      const found = distances(real, half);
      return [
        name,
        Object.fromEntries(Object.entries(found).map(([key, value]) => [`${key}, change`, value - whole[key]!])),
      ];
    }),
  );
}

interface Half {
  changes: ReturnType<typeof foldChanges>;
  told: Float64Array;
  byGene: Float64Array;
  curves: Curves;
  summaries: Float64Array[];
}

function describeHalf(clean: AnnData, degraded: AnnData, reference: Float64Array): Half {
  const changes = foldChanges(clean, degraded);
  return {
    changes,
    told: told(changes),
    byGene: meanByGene(changes, LEAST),
    curves: addToCurves(emptyCurves(), clean, changes),
    summaries: summaries(degraded, reference),
  };
}

function distances(real: Half, other: Half): Measures {
  const genes = Int32Array.from(real.byGene.keys()).filter(
    (j) => !Number.isNaN(real.byGene[j]) && !Number.isNaN(other.byGene[j]),
  );
  const pick = (values: Float64Array) => Float64Array.from(genes, (j) => values[j]!);
  const column = (rows: Float64Array[], k: number) => Float64Array.from(rows, (row) => row[k]!);
  const perSummary = Array.from(real.summaries[0]!, (_, k) =>
    ks(column(real.summaries, k), column(other.summaries, k)),
  );
  return {
    "fold change, KS": ks(real.told, other.told),
    "fold change, energy": energyDistance(real.told, other.told),
    "fold change by gene, Spearman": spearman(pick(real.byGene), pick(other.byGene)),
    "fold change by length, mean gap": real.curves.length.distance(other.curves.length),
    "fold change by GC, mean gap": real.curves.gc.distance(other.curves.gc),
    "fold change by expression, mean gap": real.curves.expression.distance(other.curves.expression),
    "dropout curve, mean gap": real.curves.zeros.distance(other.curves.zeros),
    "summaries, mean KS": mean(perSummary),
  };
}

/** Real samples against real ones: of each half every other patient, in random order, is called simulated. */
function floorOf(trained: Half, fitted: BulkPairs, judgedHalf: Half, judged: BulkPairs, seed: number): number {
  const halve = ({ summaries: rows }: Half, patients: readonly string[], name: string): TwoKinds => {
    const names = [...new Set(patients)];
    const order = random(seed, "validate", "floor", name).permutation(names.length);
    const chosen = new Set(Array.from(order, (k) => names[k]!).filter((_, at) => at % 2 === 0));
    return {
      real: rows.filter((_, i) => chosen.has(patients[i]!)),
      other: rows.filter((_, i) => !chosen.has(patients[i]!)),
    };
  };
  return separateBySummaries(halve(trained, fitted.patients, "fitted"), halve(judgedHalf, judged.patients, "judged"));
}

function slopeMeans({ length, gc, expression }: Slopes): Measures {
  return { "length slope": mean(length), "gc slope": mean(gc), "expression slope": mean(expression) };
}

function ks(a: Float64Array, b: Float64Array): number {
  return kolmogorovSmirnov(a, b, { method: "asymp" }).statistic;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
