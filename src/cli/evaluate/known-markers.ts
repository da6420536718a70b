import * as datasets from "../../lib/datasets/index.js";
import { FileError } from "../../lib/io/file-error.js";

/** What PanglaoDB calls the types of the data sets. */
const PANGLAO_NAMES: Readonly<Record<string, string>> = {
  "B cells": "B cells",
  "CD19+ B": "B cells",
  "CD14+ Monocytes": "Monocytes",
  "CD14+ Monocyte": "Monocytes",
  "FCGR3A+ Monocytes": "Monocytes",
  "CD4 T cells": "T cells",
  "CD8 T cells": "T cells",
  "CD8+ Cytotoxic T": "T cells",
  "CD4+/CD25 T Reg": "T regulatory cells",
  "CD4+/CD45RA+/CD25- Naive T": "T cells",
  "CD4+/CD45RO+ Memory": "T memory cells",
  "CD8+/CD45RA+ Naive Cytotoxic": "T cells",
  "Dendritic cells": "Dendritic cells",
  Dendritic: "Dendritic cells",
  "NK cells": "NK cells",
  "CD56+ NK": "NK cells",
  Megakaryocytes: "Megakaryocytes",
  astrocytes_ependymal: "Astrocytes",
  "endothelial-mural": "Endothelial cells",
  endothelial: "Endothelial cells",
  interneurons: "Interneurons",
  microglia: "Microglia",
  oligodendrocytes: "Oligodendrocytes",
  "pyramidal CA1": "Pyramidal cells",
  "pyramidal SS": "Pyramidal cells",
  activated_stellate: "Pancreatic stellate cells",
  alpha: "Alpha cells",
  beta: "Beta cells",
  delta: "Delta cells",
  macrophage: "Macrophages",
  mature_hepatocyte: "Hepatocytes",
  mesenchymal_stem_cell: "Mesenchymal stem cells",
};

/**
 * Marker genes of cell types from PanglaoDB, chosen without a look at any cell.
 *
 * @param onNotice - told where the lists are not there; then there is no marker.
 */
export const knownMarkers = async (
  types: readonly string[],
  species: datasets.Species,
  onNotice: (notice: string) => void,
): Promise<string[]> => {
  try {
    const { genes } = await datasets.markers({ species });
    return [...new Set(types.flatMap((type) => genes[PANGLAO_NAMES[type] ?? type] ?? []))].sort();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    onNotice(`no marker lists, so no marker_known: ${error.message}`);
    return [];
  }
};
