export { type DamageDescription, describe, describeSeverities } from "./describe.js";
export { lengthFactor, relativeLogLength } from "./length-bias.js";
export { applyPaperModel, type CellSeverities, type Mechanism, paper, type PaperOptions } from "./paper.js";
export { type PaperSeverity, SEVERITIES, type Severity, type SeverityName } from "./severity.js";
