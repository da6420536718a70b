import { checkLengths } from "./mse.js";
import { bestF1Threshold, f1Score } from "./precision-recall.js";

/** How many values are truly and falsely called positive and negative. */
export interface Confusion {
  trueNegatives: number;
  falsePositives: number;
  falseNegatives: number;
  truePositives: number;
}

/**
 * Counts the calls at a threshold, "positive" meaning `score >= threshold`.
 *
 * @param truth - 1 for a positive, 0 for a negative.
 * @throws RangeError where the lengths differ.
 * @example
 * const counts = confusion(Uint8Array.of(1, 0, 1, 0), [0.9, 0.6, 0.4, 0.1], 0.5);
 * classificationScores(counts).recall; // 0.5
 */
export function confusion(truth: Uint8Array, score: ArrayLike<number>, threshold: number): Confusion {
  checkLengths(truth, score);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) counts[(truth[i] ? 2 : 0) + (score[i]! >= threshold ? 1 : 0)]!++;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts as [number, number, number, number];
  return { trueNegatives, falsePositives, falseNegatives, truePositives };
}

/** What a {@link Confusion} amounts to. */
export interface ClassificationScores {
  /** Share of the positive calls that are right; 0 where there is none. */
  precision: number;
  /** Share of the positives that are called; 0 where there is none. */
  recall: number;
  f1: number;
  accuracy: number;
  /** Mean of the recalls of positives and negatives. */
  balancedAccuracy: number;
  /** Positives called over all that are positive or called so. */
  jaccard: number;
  /** Matthews' correlation coefficient; 0 where a class or a call is missing. */
  mcc: number;
}

/**
 * The usual scores of a confusion, as scikit-learn's; 0 where a share has nothing below it.
 * @example
 * const { precision, recall } = classificationScores(confusion(Uint8Array.of(1, 0), [0.9, 0.1], 0.5));
 */
export function classificationScores(counts: Confusion): ClassificationScores {
  const { trueNegatives: tn, falsePositives: fp, falseNegatives: fn, truePositives: tp } = counts;
  const share = (part: number, of: number) => (of === 0 ? 0 : part / of);
  const product = Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn));
  return {
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    accuracy: share(tp + tn, tp + tn + fp + fn),
    balancedAccuracy: (share(tp, tp + fn) + share(tn, tn + fp)) / 2,
    jaccard: share(tp, tp + fp + fn),
    mcc: Math.max(-1, Math.min(1, share(tp * tn - fp * fn, product))),
  };
}

/** Which values are positive, and their scores. */
export interface Ranking {
  /** 1 for a positive, 0 for a negative. */
  truth: Uint8Array;
  score: ArrayLike<number>;
}

/**
 * F1 of test cells at the threshold that is best on other cells, so that no test cell has a say in it.
 *
 * @param fit - cells that choose the threshold (validation or training).
 * @param test - cells that are judged.
 * @throws RangeError where lengths differ or a score of `fit` is NaN.
 * @example
 * heldOutF1({ truth: validation, score: scores }, { truth: test, score: testScores }).f1;
 */
export function heldOutF1(fit: Ranking, test: Ranking): { threshold: number; f1: number } {
  const threshold = bestF1Threshold(fit.truth, fit.score);
  return { threshold, f1: f1Score(test.truth, test.score, threshold) };
}
