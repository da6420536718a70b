import { checkLengths } from "./mse.js";

/** A precision-recall curve, in scikit-learn's order: thresholds rise, the last point is (1, 0) and has no threshold. */
export interface PrecisionRecallCurve {
  precision: Float64Array;
  recall: Float64Array;
  thresholds: Float64Array;
}

/**
 * Average precision: the step-wise area below the precision-recall curve, `Σ (Rₙ - Rₙ₋₁) Pₙ` over the distinct scores, as
 * scikit-learn's `average_precision_score` (PR-AUC without interpolation).
 *
 * @param truth - 1 for a positive, 0 for a negative.
 * @param score - larger means more likely positive.
 * @returns 0 where there is no positive.
 * @throws RangeError where lengths differ or a score is NaN.
 * @example
 * averagePrecision(new Uint8Array([0, 1, 1]), [0.1, 0.4, 0.2]); // 1
 */
export function averagePrecision(truth: Uint8Array, score: ArrayLike<number>): number {
  let sum = 0;
  let recallBefore = 0;
  forEachThreshold(truth, score, (_, truePositives, predicted, positives) => {
    const recall = truePositives / positives;
    sum += (recall - recallBefore) * (truePositives / predicted);
    recallBefore = recall;
  });
  return Number.isNaN(sum) ? 0 : sum;
}

/**
 * Precision and recall at every distinct score, "positive" meaning `score >= threshold`.
 *
 * @throws RangeError where lengths differ or a score is NaN.
 * @example
 * const { precision, recall } = precisionRecallCurve(Uint8Array.of(1, 0, 1, 0), [0.9, 0.2, 0.8, 0.4]);
 */
export function precisionRecallCurve(truth: Uint8Array, score: ArrayLike<number>): PrecisionRecallCurve {
  const precision = [1];
  const recall = [0];
  const thresholds: number[] = [];
  forEachThreshold(truth, score, (threshold, truePositives, predicted, positives) => {
    precision.push(truePositives / predicted);
    recall.push(positives === 0 ? 1 : truePositives / positives);
    thresholds.push(threshold);
  });
  return {
    precision: Float64Array.from(precision).reverse(),
    recall: Float64Array.from(recall).reverse(),
    thresholds: Float64Array.from(thresholds).reverse(),
  };
}

/**
 * The threshold of highest F1, "positive" meaning `score >= threshold`; the highest of them where several share it.
 *
 * @returns Infinity (nothing is positive) where there is no positive.
 * @throws RangeError where lengths differ or a score is NaN.
 * @example
 * bestF1Threshold(Uint8Array.of(1, 0, 1, 0), [0.9, 0.2, 0.8, 0.4]); // 0.8
 */
export function bestF1Threshold(truth: Uint8Array, score: ArrayLike<number>): number {
  let best = 0;
  let bestThreshold = Infinity;
  forEachThreshold(truth, score, (threshold, truePositives, predicted, positives) => {
    const f1 = (2 * truePositives) / (predicted + positives);
    if (f1 > best) {
      best = f1;
      bestThreshold = threshold;
    }
  });
  return bestThreshold;
}

/**
 * F1, the harmonic mean of precision and recall, "positive" meaning `score >= threshold`.
 *
 * @returns 0 where no value is a true positive.
 * @throws RangeError where the lengths differ.
 * @example
 * f1Score(Uint8Array.of(1, 0, 1, 0), [0.9, 0.2, 0.8, 0.4], 0.3); // 0.8
 */
export function f1Score(truth: Uint8Array, score: ArrayLike<number>, threshold: number): number {
  checkLengths(truth, score);
  let truePositives = 0;
  let positives = 0;
  let predicted = 0;
  for (let i = 0; i < truth.length; i++) {
    const isPredicted = score[i]! >= threshold;
    if (truth[i]) positives++;
    if (isPredicted) predicted++;
    if (isPredicted && truth[i]) truePositives++;
  }
  return truePositives === 0 ? 0 : (2 * truePositives) / (predicted + positives);
}

/** What is seen at a threshold: how many positives lie at or above it, how many values, and how many positives there are. */
export type Visit = (threshold: number, truePositives: number, predicted: number, positives: number) => void;

/**
 * Visits every distinct score in falling order. The scores of positives and negatives are sorted apart and merged: no order of
 * indices is needed, and typed arrays of numbers sort fast.
 *
 * @throws RangeError where lengths differ or a score is NaN.
 */
export function forEachThreshold(truth: Uint8Array, score: ArrayLike<number>, visit: Visit): void {
  checkLengths(truth, score);
  let positives = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i]) positives++;
  const positive = new Float64Array(positives);
  const negative = new Float64Array(truth.length - positives);
  for (let i = 0, p = 0, n = 0; i < truth.length; i++) {
    if (Number.isNaN(score[i]!)) throw new RangeError(`score ${i} is NaN; give every entry a score`);
    if (truth[i]) positive[p++] = score[i]!;
    else negative[n++] = score[i]!;
  }
  positive.sort();
  negative.sort();
  let p = positive.length;
  let n = negative.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(p > 0 ? positive[p - 1]! : -Infinity, n > 0 ? negative[n - 1]! : -Infinity);
    while (p > 0 && positive[p - 1]! === threshold) p--;
    while (n > 0 && negative[n - 1]! === threshold) n--;
    const truePositives = positives - p;
    visit(threshold, truePositives, truePositives + negative.length - n, positives);
  }
}
