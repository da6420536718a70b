import { compose } from "../compose.js";
import {
  criticalDifference,
  type CriticalDifferenceData,
  type CriticalDifferenceOptions,
} from "../critical-difference.js";
import { checkOptions, type Figure } from "../figure.js";
import { forestPlot, type ForestPlotOptions, type ForestRow } from "../forest-plot.js";

/** Data of {@link section37}. */
export interface Section37Data {
  /** Mean ranks over data sets and severities. */
  ranks: CriticalDifferenceData;
  /** Paired differences from the baseline, by data set. */
  differences: readonly ForestRow[];
}

/** Options of {@link section37}. */
export interface Section37Options {
  ranks?: CriticalDifferenceOptions;
  differences?: ForestPlotOptions;
}

/**
 * §3.7, statistics: ranks that can and cannot be told apart, and paired differences with their intervals.
 * @throws {RangeError} as `criticalDifference` and `forestPlot`
 * @example
 * const ranked = [{ method: "ridge", rank: 1.2 }, { method: "dae", rank: 1.8 }];
 * section37({
 *   ranks: { methods: ranked, criticalDifference: 0.6, blocks: 12 },
 *   differences: [{ panel: "PBMC3k", method: "dae", difference: 0.04, low: 0.02, high: 0.06 }],
 * });
 */
export const section37 = (data: Section37Data, options: Section37Options = {}): Figure => {
  const name = "section-37-statistics";
  checkOptions(name, options, ["ranks", "differences"]);
  return compose(name, "Which methods can be told apart.", [
    { heading: "Mean ranks", figure: criticalDifference(data.ranks, options.ranks) },
    { heading: "Paired differences", figure: forestPlot(data.differences, options.differences) },
  ]);
};
