import type { AnnData } from "../anndata/anndata.js";

/**
 * `var.length` in bases.
 *
 * @throws Error where there is none, RangeError where one is not a positive number; both say what to run.
 */
export function geneLengths(adata: AnnData): Float64Array {
  const lengths = geneNumbers(adata, "length");
  const bad = lengths.findIndex((length) => !(length > 0 && length < Infinity));
  if (bad >= 0) {
    throw new RangeError(
      `var.length of ${adata.varNames[bad]} is ${lengths[bad]}; lengths must be positive (datasets.annotateGenes fills all)`,
    );
  }
  return lengths;
}

/**
 * `var.gc`, the share of G and C.
 *
 * @throws Error where there is none, RangeError where one is not from 0 to 1; both say what to run.
 */
export function geneGc(adata: AnnData): Float64Array {
  const gc = geneNumbers(adata, "gc");
  const bad = gc.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad >= 0) {
    throw new RangeError(
      `var.gc of ${adata.varNames[bad]} is ${gc[bad]}; it must be a share from 0 to 1 (datasets.annotateGenes fills all)`,
    );
  }
  return gc;
}

function geneNumbers(adata: AnnData, name: "length" | "gc"): Float64Array {
  if (!adata.var.has(name)) {
    throw new Error(`var has no column "${name}"; run datasets.annotateGenes(adata, { species: "human" }) first`);
  }
  return adata.var.numbers(name);
}
