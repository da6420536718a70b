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

/**
 * Named severities of {@link counts}. They are ours; "mixture" draws each cell's damage from between mild and severe.
 * @example
 * const damaged = degrade.counts(adata, { ...degrade.COUNT_SEVERITIES.severe, ambient: 0, seed: 1 });
 */
export const COUNT_SEVERITIES: Readonly<Record<SeverityName, CountSeverity>> = {
  mild: { integrity: 9, keep: 0.9, captureLoss: 0.02, ambient: 0.01, swapping: 0.002 },
  moderate: { integrity: 7, keep: 0.7, captureLoss: 0.05, ambient: 0.03, swapping: 0.005 },
  severe: { integrity: 5, keep: 0.4, captureLoss: 0.1, ambient: 0.08, swapping: 0.01 },
  mixture: {
    integrity: [5, 9],
    keep: [0.4, 0.9],
    captureLoss: [0.02, 0.1],
    ambient: [0.01, 0.08],
    swapping: [0.002, 0.01],
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
