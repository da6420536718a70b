import { compose } from "../compose.js";
import type { Figure } from "../figure.js";
import { markerGenes, type MarkerGenesData, type MarkerGenesOptions } from "../marker-genes.js";
import { APPENDIX_B_PAPER } from "./paper-values.js";

/**
 * Appendix B: marker genes in single cells, original, degraded and repaired; ours, then the three cells that the paper prints.
 * @throws {RangeError} as `markerGenes`
 * @example
 * const values = { original: [[1.9, -0.4]], degraded: [[0.1, -0.5]], repaired: [[1.5, -0.4]] };
 * appendixB({ genes: ["MS4A1"], cells: ["AAAC-1", "AAAG-1"], cellTypes: ["B", "T"], ...values });
 */
export const appendixB = (data: MarkerGenesData, options: MarkerGenesOptions = {}): Figure =>
  compose("appendix-b", "Marker genes in single cells.", [
    { heading: "Measured here", figure: markerGenes(data, options) },
    {
      heading: "As the paper prints them",
      figure: markerGenes({ ...APPENDIX_B_PAPER, cellTypes: APPENDIX_B_PAPER.cells.map(() => "cell") }),
    },
  ]);
