import { checkSeverity, type Severity, type SeverityName } from "./severity.js";

/** How strong each mechanism of {@link counts} is: one value for all cells, or a range from which each cell draws its own. */
export interface CountSeverity {
  /** Like an RNA integrity number, 10 intact: a transcript survives with `(integrity / 10)^(length / 2000)`. From 1 to 10. */
  integrity: Severity;
  /** Share of the surviving molecules that are read. */
  keep: Severity;
  /** Probability that all molecules of a gene are lost in a cell. */
  captureLoss: Severity;
  /** Share of a cell's molecules that come from the pool of all cells; below 1. */
  ambient: Severity;
  /** Probability that a molecule is counted for a cell drawn at random. */
  swapping: Severity;
}

/** The mechanisms of {@link counts}. */
export const COUNT_MECHANISMS = ["integrity", "keep", "captureLoss", "ambient", "swapping"] as const;

/** Values that do nothing. */
export const INTACT: Readonly<CountSeverity> = { integrity: 10, keep: 1, captureLoss: 0, ambient: 0, swapping: 0 };

/** Named severities of {@link counts}. They are ours; "mixture" draws each cell's damage from between mild and severe. */
export const COUNT_SEVERITIES: Readonly<Record<SeverityName, CountSeverity>> = {
  mild: { integrity: 8, keep: 0.8, captureLoss: 0.05, ambient: 0.02, swapping: 0.005 },
  moderate: { integrity: 6, keep: 0.5, captureLoss: 0.1, ambient: 0.05, swapping: 0.01 },
  severe: { integrity: 3, keep: 0.25, captureLoss: 0.2, ambient: 0.1, swapping: 0.02 },
  mixture: {
    integrity: [3, 8],
    keep: [0.25, 0.8],
    captureLoss: [0.05, 0.2],
    ambient: [0.02, 0.1],
    swapping: [0.005, 0.02],
  },
};

/**
 * Checks all five.
 *
 * @throws RangeError naming the one that is out of range.
 */
export function checkCountSeverity(severity: CountSeverity): void {
  checkSeverity("integrity", severity.integrity, 10, 1);
  checkSeverity("keep", severity.keep, 1);
  checkSeverity("captureLoss", severity.captureLoss, 1);
  checkSeverity("ambient", severity.ambient, 0.99);
  checkSeverity("swapping", severity.swapping, 1);
}
