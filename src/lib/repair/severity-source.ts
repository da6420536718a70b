import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { checkSeverity } from "../degrade/severity.js";
import type { Severities } from "./model.js";
import { fitSeverityEstimator, knownSeverities, SEVERITY_NAMES, type SeverityEstimator } from "./severity-estimator.js";
import type { TrainingData } from "./training-data.js";

/** Where a network's severities come from. */
export interface SeveritySource {
  /** Undefined where the severities are those that a simulation drew. */
  readonly estimator?: SeverityEstimator;
  /** Severities of cells, cells × 3. */
  of(cells: AnnData): DenseMatrix;
}

/** The source for a training: its own estimator, fitted on the training cells, or what the simulation drew. */
export function severitySource(data: TrainingData, severity: "estimate" | "known"): SeveritySource {
  checkKnowledge(severity);
  return severity === "known" ? { of: knownSeverities } : estimatedBy(estimatorOf(data));
}

const estimators = new WeakMap<TrainingData, SeverityEstimator>();

/** The estimator of training data; several methods, and the choice of settings, ask for the same one. */
function estimatorOf(data: TrainingData): SeverityEstimator {
  const estimator = estimators.get(data) ?? fitSeverityEstimator(data);
  estimators.set(data, estimator);
  return estimator;
}

/** Throws where `severity` is neither of the words that a training takes. */
export function checkKnowledge(severity: "estimate" | "known"): void {
  if (severity !== "estimate" && severity !== "known") {
    throw new RangeError(`severity is "${String(severity)}"; use "estimate" or "known"`);
  }
}

/** The source that an estimator is. */
export function estimatedBy(estimator: SeverityEstimator): SeveritySource {
  return { estimator, of: (cells) => estimator.estimate(cells) };
}

/**
 * Severities that a caller gives, as a network's input.
 *
 * @throws RangeError where one is out of range, or there are not as many as cells.
 */
export function givenSeverities(given: Severities, cells: number): DenseMatrix {
  const columns = SEVERITY_NAMES.length;
  const values = new Float32Array(cells * columns);
  SEVERITY_NAMES.forEach((name, t) => {
    const severity = given[name];
    const one = typeof severity === "number";
    if (!one && severity?.length !== cells) {
      throw new RangeError(`severity.${name} must be one number, or one for each of the ${cells} cells`);
    }
    for (let i = 0; i < cells; i++) {
      const value = one ? severity : severity[i]!;
      checkSeverity(`severity.${name}`, value, name === "dropout" ? 1 : Infinity);
      values[i * columns + t] = value;
    }
  });
  return new DenseMatrix([cells, columns], values);
}
