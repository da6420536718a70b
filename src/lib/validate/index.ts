export { compareSimulations, type CompareSimulationsOptions } from "./compare-simulations.js";
export { fitPaper } from "./fit-paper.js";
export { type BulkPairs, loadPairs, PAIR_SETS, type PairSet, selectPairs } from "./pairs.js";
export type { Findings, ValidationCurve, ValidationRow } from "./record.js";
export { BULK_MECHANISMS, bulkMode, MODES, paperMode, simulateAll, thinningMode, type Simulator } from "./simulators.js";
export { foldPatients, type PatientSplit, splitPatients } from "./split-patients.js";
