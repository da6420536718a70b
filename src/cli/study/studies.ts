import { geneLengths, mechanisms, severity, unknownSeverity } from "./damage-studies.js";
import { depth } from "./depth-study.js";
import { heldOutSet, heldOutType } from "./held-out-studies.js";
import { hyperParameters, randomSearch } from "./settings-studies.js";
import { smallerNetworks } from "./smaller-networks-study.js";
import type { Study } from "./study.js";
import { trainingCells } from "./training-cells-study.js";

/** All studies by name. */
export const STUDIES: Readonly<Record<string, Study>> = Object.fromEntries(
  [
    ...[severity, mechanisms, unknownSeverity, geneLengths, depth, trainingCells, heldOutType, heldOutSet],
    ...[hyperParameters, randomSearch, smallerNetworks],
  ].map((study) => [study.name, study]),
);
