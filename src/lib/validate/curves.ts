import type { AnnData } from "../anndata/anndata.js";
import { geneGc, geneLengths } from "../degrade/gene-numbers.js";
import type { FoldChanges } from "./fold-change.js";
import type { ValidationCurve } from "./record.js";

const BINS = 20;

/** Sums in bins of a property; more samples can be added, so that repeats share one curve. */
export class BinnedCurve {
  readonly #sums = new Float64Array(BINS);
  readonly #counts = new Float64Array(BINS);

  /** @param range - of the property; what lies outside counts in the outermost bins. */
  constructor(readonly range: readonly [number, number]) {}

  add(x: number, y: number): void {
    if (Number.isNaN(y) || Number.isNaN(x)) return;
    const [low, high] = this.range;
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(((x - low) / (high - low)) * BINS)));
    this.#sums[bin]! += y;
    this.#counts[bin]!++;
  }

  /** The bins' middles and means; bins with few values are left out. */
  points(least = 50): { x: number[]; y: number[] } {
    const [low, high] = this.range;
    const used = Array.from({ length: BINS }, (_, bin) => bin).filter((bin) => this.#counts[bin]! >= least);
    return {
      x: used.map((bin) => low + ((bin + 0.5) * (high - low)) / BINS),
      y: used.map((bin) => this.#sums[bin]! / this.#counts[bin]!),
    };
  }

  /** Mean absolute distance from another curve over the bins that both have. */
  distance(other: BinnedCurve): number {
    const [a, b] = [this.points(), other.points()];
    const found = new Map(b.x.map((x, k) => [x, b.y[k]!]));
    const gaps = a.x.flatMap((x, k) => (found.has(x) ? [Math.abs(a.y[k]! - found.get(x)!)] : []));
    return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  }
}

/** The curves of one kind of degraded samples. */
export interface Curves {
  length: BinnedCurve;
  gc: BinnedCurve;
  expression: BinnedCurve;
  zeros: BinnedCurve;
}

/** Curves without values: fold change by log2 length, GC and log2 clean counts per million, and zeros by the last. */
export function emptyCurves(): Curves {
  return {
    length: new BinnedCurve([8, 14]),
    gc: new BinnedCurve([0.3, 0.7]),
    expression: new BinnedCurve([0, 12]),
    zeros: new BinnedCurve([-6, 12]),
  };
}

/** Adds samples to curves and returns them. */
export function addToCurves(curves: Curves, genes: AnnData, { values, zeros, level, ...size }: FoldChanges): Curves {
  const length = geneLengths(genes).map(Math.log2);
  const gc = geneGc(genes);
  for (let at = 0; at < values.length; at++) {
    const j = at % size.genes;
    curves.length.add(length[j]!, values[at]!);
    curves.gc.add(gc[j]!, values[at]!);
    curves.expression.add(level[at]!, values[at]!);
    if (level[at]! > -Infinity) curves.zeros.add(level[at]!, zeros[at]!);
  }
  return curves;
}

/** Curves as figures draw them. */
export function curveRecords(set: string, mode: string, curves: Curves): ValidationCurve[] {
  const record = (by: ValidationCurve["by"], value: ValidationCurve["value"], curve: BinnedCurve) => ({
    set,
    mode,
    value,
    by,
    ...curve.points(),
  });
  return [
    record("length", "fold change", curves.length),
    record("gc", "fold change", curves.gc),
    record("expression", "fold change", curves.expression),
    record("expression", "zeros", curves.zeros),
  ];
}
