/** A parameter of the damage: one value for every cell, or a range from which each cell draws its own, uniformly. */
export type Severity = number | readonly [number, number];

/** How strong each mechanism of {@link paper} is. */
export interface PaperSeverity {
  /** Of the 3′ bias: the longest gene keeps `exp(-intensity)` of its value. */
  intensity: Severity;
  /** Probability that a gene's value is lost in a cell. */
  dropout: Severity;
  /** Standard deviation of the noise, in units of log1p. */
  noise: Severity;
}

/** Names of {@link SEVERITIES}. */
export type SeverityName = "mild" | "moderate" | "severe" | "mixture";

/**
 * Named severities. The paper describes the mechanisms but gives no numbers: these are ours. "mixture" draws each cell's damage from
 * the whole range between mild and severe.
 * @example
 * degrade.SEVERITIES.severe.dropout; // 0.4
 */
export const SEVERITIES: Readonly<Record<SeverityName, PaperSeverity>> = {
  mild: { intensity: 0.5, dropout: 0.2, noise: 0.05 },
  moderate: { intensity: 1, dropout: 0.3, noise: 0.15 },
  severe: { intensity: 1.5, dropout: 0.4, noise: 0.25 },
  mixture: { intensity: [0.5, 1.5], dropout: [0.2, 0.4], noise: [0.05, 0.25] },
};

/**
 * Checks a severity.
 *
 * @throws RangeError where it is below `least`, above `most`, not finite, or a range whose ends are the wrong way round.
 */
export function checkSeverity(name: string, severity: Severity, most: number, least = 0): void {
  const [low, high] = bounds(severity);
  if (!(low >= least && high <= most && low <= high && high < Infinity)) {
    const limit = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
    throw new RangeError(`${name} must be ${limit}, or a range [low, high] of such; it is ${JSON.stringify(severity)}`);
  }
}

/** The ends of a severity's range; equal where it is one value. */
export function bounds(severity: Severity): readonly [number, number] {
  return typeof severity === "number" ? [severity, severity] : severity;
}
