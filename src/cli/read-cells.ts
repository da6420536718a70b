import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { AnnData } from "../lib/anndata/index.js";
import * as datasets from "../lib/datasets/index.js";
import * as io from "../lib/io/index.js";
import { EXIT, Failure } from "./failure.js";

const TABLE = /\.(csv|tsv|txt|tab)(\.gz)?$/i;

/** The matrix of a 10x folder whose files have something before their names, as in archives. */
const MATRIX = /^(.*)matrix\.mtx(?:\.gz)?$/i;
/** Formats that {@link readCells} reads. */
const CELL_FORMATS = ".h5ad, a 10x folder, its matrix.mtx or .h5, .loom, .csv or .tsv (also .gz)";

/**
 * Reads cells from a file of any known format; of a table the side with more known gene names holds the genes.
 *
 * @throws {Failure} where there is no such file, or its name says nothing; {@link io.FileError} where it is damaged.
 */
export const readCells = async (path: string, onNotice: (line: string) => void): Promise<AnnData> => {
  if (!existsSync(path)) throw new Failure(`there is no ${path}`, EXIT.usage);
  if (statSync(path).isDirectory()) return io.read10xMtx(path, { onNotice });
  const [, prefix] = MATRIX.exec(basename(path)) ?? [];
  if (prefix !== undefined) return io.read10xMtx(dirname(path), { prefix, onNotice });
  // A repaired sample's standard deviations are NaN where the model lacks a gene.
  if (/\.h5ad$/i.test(path)) return io.readH5ad(path, { onNotice, nonFinite: "keep" });
  if (/\.(h5|hdf5)$/i.test(path)) return io.read10xH5(path, { onNotice });
  if (/\.loom$/i.test(path)) return io.readLoom(path, { onNotice });
  if (!TABLE.test(path)) {
    throw new Failure(`${path}: the name does not say what it is; give ${CELL_FORMATS}`, EXIT.usage);
  }
  const table = await io.readCsv(path, { onNotice });
  if (knownGenes(table.obsNames) <= knownGenes(table.varNames)) return table;
  onNotice(`${path}: its rows are genes`);
  return io.readCsv(path, { onNotice: () => undefined, genesInRows: true });
};

/** Reads cells from a file, or loads a data set by name. */
export const readCellsOrSet = async (
  source: string,
  onNotice: (line: string) => void,
): Promise<{ name: string; adata: AnnData }> => {
  const isSet = datasets.list().some(({ name, kind }) => name === source && kind === "cells");
  if (isSet && !existsSync(source)) return { name: source, adata: await datasets.load(source) };
  return { name: basename(source), adata: await readCells(source, onNotice) };
};

const knownGenes = (names: readonly string[]): number =>
  Math.max(
    ...(["human", "mouse"] as const).map((species) => {
      const { byId, bySymbol } = datasets.geneRows(species);
      return names.filter((name) => bySymbol.has(name) || byId.has(datasets.withoutVersion(name))).length;
    }),
  );
