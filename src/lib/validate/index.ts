export { compareSimulations, type CompareSimulationsOptions } from "./compare-simulations.js";
export { fitPaper } from "./fit-paper.js";
export { type BulkPairs, loadPairs, PAIR_SETS, type PairSet, selectPairs } from "./pairs.js";
export type { Findings, ValidationCurve, ValidationRow } from "./record.js";
export {
  BULK_MECHANISMS,
  bulkMode,
  MODES,
  paperMode,
  simulateAll,
  thinningMode,
  type Simulator,
} from "./simulators.js";
export { foldPatients, type PatientSplit, splitPatients } from "./split-patients.js";
export { compareGeneLoss, type CompareGeneLossOptions, lossByGene } from "./compare-gene-loss.js";
export { repairPairs, type RepairPairsOptions } from "./repair-pairs.js";
export { compareProtein, type CompareProteinOptions, PROTEIN_PAIRS } from "./compare-protein.js";
export { smoothOverNeighbours, type SmoothingOptions } from "./smoothing.js";
export {
  validateDegradation,
  type ValidateDegradationOptions,
  type ValidationPart,
  type ValidationReport,
} from "./validate-degradation.js";
