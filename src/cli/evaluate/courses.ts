/**
 * Cell types along which the cells of a data set follow one another, the earliest first. The liver cells are a time series of
 * differentiation, too few for a graph of their test part. The brain's CA1 pyramidal cells are no development but a continuum: the
 * pseudotime of the clean ones orders their published classes CA1Pyr1 and CA1Pyr2 with Spearman's r of 0.81.
 */
const COURSES: Readonly<Record<string, readonly string[]>> = {
  liver_camp2017_subset: ["definitive_endoderm", "hepatic_endoderm", "immature_hepatoblast", "mature_hepatocyte"],
  zeisel2015_mouse_brain: ["pyramidal CA1"],
};

/** The course of a data set; empty where none is known. */
export const courseOf = (set: string): readonly string[] => COURSES[set] ?? [];
