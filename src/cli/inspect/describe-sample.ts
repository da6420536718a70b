import type { AnnData } from "../../lib/anndata/index.js";
import { quantile } from "../../lib/stats/index.js";
import { describeCheck, type SampleInspection } from "../../lib/repair/index.js";

/** Medians over cells of what a matrix shows. */
interface CellMedians {
  readonly molecules: number | null;
  readonly genes: number;
  readonly zeros: number;
}

/** Medians over a sample's cells; molecules where the values are counts. */
const cellMedians = ({ X, kind }: Pick<SampleInspection["values"], "X" | "kind">): CellMedians => {
  const median = (values: ArrayLike<number>) => (values.length > 0 ? quantile(values, 0.5) : NaN);
  const genes = median(X.rowNonZeros());
  return { molecules: kind === "counts" ? median(X.rowSums()) : null, genes, zeros: 1 - genes / X.shape[1] };
};

/** One line on a sample's shape and values. */
export const describeValues = (adata: AnnData, { values }: Pick<SampleInspection, "values">): string => {
  const { molecules, genes, zeros } = cellMedians(values);
  const what = values.kind === "counts" ? "counts" : "log1p values";
  const depth = molecules === null ? "" : `${molecules} molecules and `;
  const [, width] = values.X.shape;
  return (
    `${adata.nObs} cells × ${width} genes, ${what} in ${values.place}; a cell has ${depth}${genes} genes, ` +
    `${(100 * zeros).toFixed(1)} % zeros (medians)`
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
export const valuesJson = (values: SampleInspection["values"]) => {
  const [cells, genes] = values.X.shape;
  return { values: { kind: values.kind, place: values.place, cells, genes }, medians: cellMedians(values) };
};

/** How a sample meets a model as JSON. */
export const matchJson = ({ match, checks, warnings }: SampleInspection) => {
  const { matched, total, share, byId: by_id, missing } = match;
  return { match: { matched, total, share, by_id, missing }, checks, warnings };
};
