import { random } from "../stats/random.js";

/** Rows of the patients that may be fitted, and of the others. */
export interface PatientSplit {
  fitted: number[];
  judged: number[];
}

/**
 * Halves patients at random; all rows of a patient are on one side.
 *
 * @param repeat - the number of the split: every one is another.
 * @throws RangeError where there are fewer than four patients.
 * @example
 * const { fitted, judged } = validate.splitPatients(["p1", "p1", "p2", "p3", "p4"], 0, 0);
 */
export function splitPatients(patients: readonly string[], seed: number, repeat: number): PatientSplit {
  const names = [...new Set(patients)];
  if (names.length < 4) throw new RangeError(`a split needs at least four patients, not ${names.length}`);
  const order = random(seed, "validate", "split", String(repeat)).permutation(names.length);
  const fitted = new Set(Array.from(order.subarray(0, names.length >> 1), (k) => names[k]!));
  const rows = patients.map((_, row) => row);
  return {
    fitted: rows.filter((row) => fitted.has(patients[row]!)),
    judged: rows.filter((row) => !fitted.has(patients[row]!)),
  };
}

/**
 * Deals patients into folds at random; returns each fold's rows.
 *
 * @throws RangeError where there are fewer patients than folds.
 * @example
 * validate.foldPatients(["p1", "p1", "p2", "p3"], 3, 0); // [[0, 1], [3], [2]]
 */
export function foldPatients(patients: readonly string[], folds: number, seed: number): number[][] {
  const names = [...new Set(patients)];
  if (names.length < folds) throw new RangeError(`${folds} folds need as many patients, not ${names.length}`);
  const order = random(seed, "validate", "folds").permutation(names.length);
  const foldOf = new Map(Array.from(order, (k, at) => [names[k]!, at % folds]));
  return Array.from({ length: folds }, (_, fold) =>
    patients.map((_, row) => row).filter((row) => foldOf.get(patients[row]!) === fold),
  );
}
