import * as datasets from "../../lib/datasets/index.js";

/** A data set of the paper, as far as it can be had. */
export interface PaperSet {
  readonly name: string;
  /** What the paper calls it. */
  readonly title: string;
  /** How what can be had differs from what the paper used. */
  readonly difference: string;
  /** Seeds of the long run: more where there are enough cells for a verdict. */
  readonly fullSeeds: number;
}

/** The paper's five sets. */
export const PAPER_SETS: readonly PaperSet[] = [
  { name: "pbmc3k", title: "PBMC3k", difference: "the same 2,700 cells", fullSeeds: 5 },
  {
    name: "pbmc68k_reduced",
    title: "PBMC68k",
    difference: "a published extract of 700 cells and 765 genes, log-normalised; the paper has 68,579 cells",
    fullSeeds: 1,
  },
  {
    name: "zeisel2015_mouse_brain",
    title: "Mouse brain",
    difference: "3,005 cells of Zeisel et al. 2015 in place of Zeisel et al. 2018, whose counts cannot be had",
    fullSeeds: 5,
  },
  {
    name: "liver_camp2017_subset",
    title: "Liver time series",
    difference: "an extract of 30 cells of the same study, log-normalised",
    fullSeeds: 1,
  },
  {
    name: "pancreas_baron2016_subset",
    title: "Pancreas",
    difference: "350 cells of Baron et al. 2016 in place of Muraro et al. 2016, whose counts cannot be had",
    fullSeeds: 1,
  },
];

/** Whether a set's files are at hand, or can be fetched. */
export const canBeHad = ({ name }: Pick<PaperSet, "name">): boolean =>
  Object.hasOwn(datasets.REGISTRY, name) || datasets.info(name).available;
