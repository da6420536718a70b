/** Severities that a sample can be told to have, as the library names them. */
export const SEVERITIES = ["estimate", "mild", "moderate", "severe"] as const;

/** Lengths of a training, as the library names them. */
export const BUDGETS = ["quick", "full", "trial"] as const;

/** The model that repairs: one of blood, one trained on a file of clean cells, or one that was saved. */
export type ModelChoice =
  | { readonly kind: "blood"; readonly budget: (typeof BUDGETS)[number] }
  | { readonly kind: "file"; readonly file: string; readonly budget: (typeof BUDGETS)[number] }
  | { readonly kind: "saved"; readonly folder: string };

/** A sample, and how it is to be repaired. Files and folders are named from the notebook's folder. */
export interface RepairChoice {
  readonly sample: string;
  readonly model: ModelChoice;
  readonly severity: (typeof SEVERITIES)[number];
  /** Repairs a sample that is unlike the training cells. */
  readonly force: boolean;
}
