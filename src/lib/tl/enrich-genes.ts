import { resolveOptions } from "../options.js";
import { adjustP } from "../stats/adjust-p.js";
import { logHypergeometricSf } from "../stats/hypergeometric.js";

/** Options of {@link enrichGenes}. */
export interface EnrichGenesOptions {
  /** The genes that could have been chosen. Default: those of all sets and the list. */
  readonly background?: readonly string[];
}

/** A gene set and how a list overlaps it. */
export interface Enrichment {
  readonly set: string;
  /** Genes of the list in the set. */
  readonly overlap: readonly string[];
  /** Genes of the background in the set. */
  readonly size: number;
  /** Probability of such an overlap or a larger one by chance. */
  readonly p: number;
  /** After Benjamini and Hochberg, over the sets. */
  readonly adjustedP: number;
}

/**
 * Which gene sets a list of genes is rich in: the one-sided hypergeometric test of Fisher for each set, within the background.
 * Sets without a gene in the background are left out.
 *
 * @returns the sets, most significant first.
 * @throws RangeError where no gene of the list is in the background.
 * @example
 * tl.enrichGenes(["CD3D", "CD3E"], { "T cells": ["CD3D", "CD3E", "IL7R"] }, { background: adata.varNames });
 */
export function enrichGenes(
  genes: readonly string[],
  sets: Readonly<Record<string, readonly string[]>>,
  options: EnrichGenesOptions = {},
): Enrichment[] {
  const { background } = resolveOptions<Required<EnrichGenesOptions>>("tl.enrichGenes", options, {
    background: [...genes, ...Object.values(sets).flat()],
  });
  const possible = new Set(background);
  const chosen = new Set(genes.filter((gene) => possible.has(gene)));
  if (chosen.size === 0) throw new RangeError("none of the genes is in the background");
  const found = Object.entries(sets).flatMap(([set, members]) => {
    const own = [...new Set(members)].filter((gene) => possible.has(gene));
    if (own.length === 0) return [];
    const overlap = own.filter((gene) => chosen.has(gene));
    const logP = logHypergeometricSf(overlap.length, possible.size, own.length, chosen.size);
    return [{ set, overlap, size: own.length, p: Math.exp(logP) }];
  });
  const adjusted = adjustP(found.map(({ p }) => p));
  return found
    .map((entry, k) => ({ ...entry, adjustedP: adjusted[k]! }))
    .sort((a, b) => a.p - b.p || b.overlap.length - a.overlap.length || (a.set < b.set ? -1 : 1));
}
