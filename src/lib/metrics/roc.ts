import { forEachThreshold } from "./precision-recall.js";

/** A receiver operating characteristic, in scikit-learn's order: thresholds fall, the first is infinite (nothing is positive). */
export interface RocCurve {
  falsePositiveRate: Float64Array;
  truePositiveRate: Float64Array;
  thresholds: Float64Array;
}

/**
 * True and false positive rates at every distinct score, "positive" meaning `score >= threshold`.
 *
 * @param truth - 1 for a positive, 0 for a negative.
 * @returns rates of NaN where there is no positive, or no negative.
 * @throws RangeError where lengths differ or a score is NaN.
 * @example
 * const curve = rocCurve(Uint8Array.of(1, 0, 1, 0), [0.9, 0.2, 0.3, 0.4]);
 */
export function rocCurve(truth: Uint8Array, score: ArrayLike<number>): RocCurve {
  const falsePositiveRate = [0];
  const truePositiveRate = [0];
  const thresholds = [Infinity];
  forEachThreshold(truth, score, (threshold, truePositives, predicted, positives) => {
    falsePositiveRate.push((predicted - truePositives) / (truth.length - positives));
    truePositiveRate.push(truePositives / positives);
    thresholds.push(threshold);
  });
  return {
    falsePositiveRate: Float64Array.from(falsePositiveRate),
    truePositiveRate: Float64Array.from(truePositiveRate),
    thresholds: Float64Array.from(thresholds),
  };
}

/**
 * The area below the receiver operating characteristic: the probability that a positive scores above a negative, ties counted half.
 *
 * @returns NaN where there is no positive, or no negative.
 * @throws RangeError where lengths differ or a score is NaN.
 * @example
 * rocAuc(new Uint8Array([0, 1, 1]), [0.1, 0.4, 0.2]); // 1
 */
export function rocAuc(truth: Uint8Array, score: ArrayLike<number>): number {
  const { falsePositiveRate, truePositiveRate } = rocCurve(truth, score);
  return areaBelow(falsePositiveRate, truePositiveRate);
}

/**
 * The area below a curve by the trapezoidal rule.
 *
 * @param x - rising or falling.
 * @param y - one value for each x.
 * @example
 * areaBelow([0, 1, 2], [0, 1, 1]); // 1.5
 */
export function areaBelow(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
  return x[x.length - 1]! < x[0]! ? -area : area;
}
