/**
 * Cell types along which the cells of a data set develop, the earliest first. The liver cells are a time series of differentiation, too
 * few for a graph in their test part; the brain's oligodendrocytes lie between precursors and myelinating cells.
 */
const COURSES: Readonly<Record<string, readonly string[]>> = {
  liver_camp2017_subset: ["definitive_endoderm", "hepatic_endoderm", "immature_hepatoblast", "mature_hepatocyte"],
  zeisel2015_mouse_brain: ["oligodendrocytes"],
};

/** The course of a data set; empty where none is known. */
export const courseOf = (set: string): readonly string[] => COURSES[set] ?? [];
