import { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { looksLikeCounts } from "../stats/counts.js";
import { random } from "../stats/random.js";
import { drawPerCell } from "./cell-severities.js";
import { geneLengths } from "./gene-numbers.js";
import { lengthFactor, relativeLogLength } from "./length-bias.js";
import { checkSeverity, type PaperSeverity, SEVERITIES, type SeverityName } from "./severity.js";

/** A part of the simulated damage, in the order in which they act. */
export type Mechanism = "length" | "dropout" | "noise";

/** Options of {@link paper}. */
export interface PaperOptions extends Partial<PaperSeverity> {
  /** Where intensity, dropout and noise come from that are not given. Default: "mixture". */
  severity?: SeverityName;
  /** Set values below zero to zero. Default: true. */
  clip?: boolean;
  /** The mechanisms that act. Default: all three. */
  mechanisms?: readonly Mechanism[];
  /** Lengths in bases that count as shortest and longest. Default: those of the genes given. */
  lengthRange?: readonly [number, number];
  /** Default: 0. */
  seed?: number;
}

const MECHANISMS: readonly Mechanism[] = ["length", "dropout", "noise"];

/**
 * Degrades cells as the paper describes (its section 2.3), in log space:
 * `y = max(0, x · exp(-intensity · length) · keep + noise · ε)`, with `length` the gene's log length scaled to 0..1
 * ({@link relativeLogLength}), `keep` 0 with probability `dropout`, else 1, by cell and gene, and ε standard normal. The defaults of the
 * severities are ours ({@link SEVERITIES}).
 *
 * Reads log1p values in `X` and `var.length`. The result has a dense `X`, copies of `obs` and `var`, and each cell's own
 * severities in `obs.intensity`, `obs.dropout`, `obs.noise`; `uns.degradation` records the options. The same seed gives the same
 * damage; a mechanism that is left out does not change the draws of the others.
 *
 * @param options - or just the name of a severity.
 * @throws Error where `var` has no `length` (run datasets.annotateGenes) or `X` holds counts.
 * @throws RangeError where a severity is out of range.
 * @example
 * pp.log1p(pp.normalizeTotal(adata));
 * const damaged = degrade.paper(adata, { severity: "severe", seed: 1 });
 */
export function paper(adata: AnnData, options: PaperOptions | SeverityName = {}): AnnData {
  const given: PaperOptions = typeof options === "string" ? { severity: options } : options;
  const severity = given.severity ?? "mixture";
  if (!Object.hasOwn(SEVERITIES, severity)) {
    throw new RangeError(`severity "${severity}" is not known; use ${Object.keys(SEVERITIES).join(", ")}`);
  }
  const resolved = resolveOptions<PaperOptions>("degrade.paper", given, {
    ...SEVERITIES[severity],
    severity,
    clip: true,
    mechanisms: MECHANISMS,
    lengthRange: undefined,
    seed: 0,
  }) as PaperOptions & Required<Omit<PaperOptions, "lengthRange">>;
  const { intensity, dropout, noise, clip, mechanisms, lengthRange, seed } = resolved;
  checkSeverity("intensity", intensity, Infinity);
  checkSeverity("dropout", dropout, 1);
  checkSeverity("noise", noise, Infinity);
  const unknown = mechanisms.find((mechanism) => !MECHANISMS.includes(mechanism));
  if (unknown) throw new RangeError(`mechanism "${unknown}" is not known; use ${MECHANISMS.join(", ")}`);
  if (adata.uns["log1p"] === undefined && looksLikeCounts(adata.X)) {
    throw new Error("X holds whole numbers, which look like counts; run pp.normalizeTotal and pp.log1p first");
  }

  const perCell = {
    intensity: drawPerCell("intensity", mechanisms.includes("length") ? intensity : 0, adata.nObs, seed),
    dropout: drawPerCell("dropout", mechanisms.includes("dropout") ? dropout : 0, adata.nObs, seed),
    noise: drawPerCell("noise", mechanisms.includes("noise") ? noise : 0, adata.nObs, seed),
  };
  const lengths = mechanisms.includes("length") ? relativeLengths(adata, lengthRange) : new Float64Array(adata.nVars);
  const X = adata.X.kind === "dense" ? adata.X.copy() : adata.X.toDense();
  applyPaperModel(X, lengths, perCell, seed, clip);

  const obs = adata.obs.copy();
  for (const [name, values] of Object.entries(perCell)) obs.set(name, values);
  const degradation = { ...resolved, mode: "paper", mechanisms: [...mechanisms] };
  return new AnnData({ X, obs, var: adata.var.copy(), uns: { ...adata.uns, degradation } });
}

/** The three severities of every cell. */
export interface CellSeverities {
  intensity: Float64Array;
  dropout: Float64Array;
  noise: Float64Array;
}

/**
 * Applies `x · exp(-intensity · length) · keep + noise · ε` to a matrix in place.
 *
 * @param relativeLengths - 0..1, one a gene.
 * @param clip - whether values below zero become zero. Default: false.
 * @example
 * const matrix = DenseMatrix.fromRows([[2, 2]]);
 * const [intensity, none] = [Float64Array.of(Math.LN2), Float64Array.of(0)];
 * degrade.applyPaperModel(matrix, Float64Array.of(0, 1), { intensity, dropout: none, noise: none }, 1);
 * matrix.data; // Float32Array [2, 1]
 */
export function applyPaperModel(
  matrix: DenseMatrix,
  relativeLengths: Float64Array,
  perCell: CellSeverities,
  seed: number,
  clip = false,
): void {
  const [cells, genes] = matrix.shape;
  const dropoutStream = random(seed, "degrade", "dropout");
  const noiseStream = random(seed, "degrade", "noise");
  const uniform = new Float32Array(genes);
  const normal = new Float32Array(genes);
  for (let i = 0; i < cells; i++) {
    const row = matrix.row(i);
    const intensity = perCell.intensity[i]!;
    const dropout = perCell.dropout[i]!;
    const noise = perCell.noise[i]!;
    // A stream is not drawn from where nothing depends on it.
    if (dropout > 0) dropoutStream.fillUniform(uniform);
    else uniform.fill(1);
    if (noise > 0) noiseStream.fillNormal(normal);
    else normal.fill(0);
    for (let j = 0; j < genes; j++) {
      let value = row[j]!;
      // Most values of a cell are 0 and stay so.
      if (value !== 0) {
        value = uniform[j]! < dropout ? 0 : Math.fround(value * lengthFactor(relativeLengths[j]!, intensity));
      }
      value += noise * normal[j]!;
      // The greater of 0 and the value without a branch, which half the values would take: it would cost more than all the rest.
      row[j] = clip ? (value + Math.abs(value)) / 2 : value;
    }
  }
}

function relativeLengths(adata: AnnData, range?: readonly [number, number]): Float64Array {
  const lengths = geneLengths(adata);
  if (range && !(range[0] > 0 && range[1] >= range[0])) {
    throw new RangeError(`lengthRange must be two rising positive lengths, not ${JSON.stringify(range)}`);
  }
  return relativeLogLength(lengths, range);
}
