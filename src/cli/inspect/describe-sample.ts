import { describeCheck, type SampleInspection } from "../../lib/repair/index.js";

/** What is said of a sample's shape and values. */
export type SampleValues = Pick<SampleInspection, "values" | "cells" | "medians">;

const zerosOf = ({ values, medians }: SampleValues): number => 1 - medians.genes / values.var.length;

/** One line on a sample's shape and values. */
export const describeValues = (sample: SampleValues): string => {
  const { values, cells, medians } = sample;
  const what = values.kind === "counts" ? "counts" : "log1p values";
  const depth = medians.molecules === null ? "" : `${medians.molecules} molecules and `;
  return (
    `${cells} cells × ${values.var.length} genes, ${what} in ${values.place}; a cell has ${depth}${medians.genes} genes, ` +
    `${(100 * zerosOf(sample)).toFixed(1)} % zeros (medians)`
  );
};

/** Lines on how a sample meets a model: genes, then checks. */
export const describeMatch = ({ match, checks }: SampleInspection): string[] => {
  const { matched, total, byId, missing } = match;
  const lacking =
    missing.length > 0 ? `; lacking ${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", …" : ""}` : "";
  const share = (100 * match.share).toFixed(1);
  return [
    `genes: ${matched} of the model's ${total} (${share} %), ${byId} by Ensembl id, ${matched - byId} by symbol${lacking}`,
    ...checks.map(describeCheck),
  ];
};

/** A sample's values as JSON. */
export const valuesJson = (sample: SampleValues) => {
  const { values, cells, medians } = sample;
  return {
    values: { kind: values.kind, place: values.place, cells, genes: values.var.length },
    medians: { ...medians, zeros: zerosOf(sample) },
  };
};

/** How a sample meets a model as JSON. */
export const matchJson = ({ match, checks, warnings }: SampleInspection) => {
  const { matched, total, share, byId: by_id, missing } = match;
  return { match: { matched, total, share, by_id, missing }, checks, warnings };
};
