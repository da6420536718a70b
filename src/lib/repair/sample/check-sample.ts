import { quantile } from "../../stats/describe.js";
import { type DamageProfile, lengthSlope, type Range } from "./damage-profile.js";
import { genesOf, type GeneMatch } from "./match-genes.js";
import type { ValueSums } from "./value-sums.js";

/** One property of a sample beside what the training damage shows of it. */
export interface SampleCheck {
  readonly name: "zeros" | "depth" | "length slope";
  /** What it says, with its unit. */
  readonly label: string;
  /** Of the sample: median over cells, or of all cells together. */
  readonly value: number;
  /** Of the damaged training cells, on the genes that the sample has. */
  readonly low: number;
  readonly high: number;
  /** "far": outside by more than the whole range. */
  readonly verdict: "inside" | "outside" | "far";
}

/**
 * Holds a sample against the training damage, on the genes of the model that it has.
 *
 * @param sums - of its values.
 * @param kind - what the values are: of log1p values the depth is not known.
 */
export function checkSample(
  sums: ValueSums,
  kind: "counts" | "log1p",
  profile: DamageProfile,
  match: GeneMatch,
): SampleCheck[] {
  const kept = genesOf(match);
  if (sums.ofModel.detected.length === 0 || kept.length === 0) return [];
  const { genes } = profile;
  const expected = (of: Float32Array) => kept.reduce((sum, j) => sum + of[j]!, 0);
  const pick = (of: Float32Array) => Float32Array.from(kept, (j) => of[j]!);
  const median = (own: ArrayLike<number>) => quantile(own, 0.5);
  const zeros = (detected: number) => 1 - detected / kept.length;
  const [few, many] = profile.detection.map((share) => share * expected(genes.detected)) as [number, number];
  // Twice as many genes seen is as far as half as many.
  const byDetection = (share: number) => -Math.log(1 - share);
  const ofZeros = zeros(median(sums.ofModel.detected));
  const checks = [judged("zeros", "share of zeros", ofZeros, [zeros(many), zeros(few)], byDetection)];
  if (kind === "counts") {
    const range = profile.depth.map((share) => share * expected(genes.count)) as [number, number];
    checks.push(judged("depth", "molecules a cell", median(sums.ofModel.total), range, Math.log));
  }
  const picked = { clean: pick(genes.clean), length: pick(genes.length) };
  const value = lengthSlope(picked, sums.geneTotals);
  if (profile.slope && !Number.isNaN(value)) {
    checks.push(judged("length slope", "of log counts a kilobase", value, profile.slope));
  }
  return checks;
}

/** Where a value stands in a range; distances are taken on a scale. */
function judged(
  name: SampleCheck["name"],
  label: string,
  value: number,
  [low, high]: Range,
  scale: (value: number) => number = (own) => own,
): SampleCheck {
  const [at, start, end] = [value, low, high].map(scale) as [number, number, number];
  const beyond = Math.max(start - at, at - end);
  return { name, label, value, low, high, verdict: beyond <= 0 ? "inside" : beyond <= end - start ? "outside" : "far" };
}
