import { type CsrMatrix } from "./csr.js";
import { type DenseMatrix } from "./dense.js";
import { Frame } from "./frame.js";
import { isMatrix, type Matrix } from "./matrix.js";
import { positions, type Selector } from "./selector.js";
import { htmlSummary, textSummary } from "./summary.js";

/** The matrix before genes were dropped, as scanpy's `raw`. */
export interface Raw {
  X: Matrix;
  var: Frame;
}

/** What an {@link AnnData} is made of; all but `X` may be left out. */
export interface AnnDataParts {
  X: Matrix;
  obs?: Frame;
  var?: Frame;
  layers?: Record<string, Matrix>;
  obsm?: Record<string, DenseMatrix>;
  varm?: Record<string, DenseMatrix>;
  obsp?: Record<string, CsrMatrix>;
  varp?: Record<string, CsrMatrix>;
  uns?: Record<string, unknown>;
  raw?: Raw;
}

/**
 * Annotated data: a matrix of cells × genes with tables of cells (`obs`) and genes (`var`), as in anndata.
 *
 * @example
 * const adata = new AnnData({ X: DenseMatrix.fromRows([[1, 0], [3, 4]]) });
 * adata.select({ obs: [1] }).shape; // [1, 2]
 */
export class AnnData {
  /** Cells × genes. */
  X: Matrix;
  /** One row a cell. */
  obs: Frame;
  /** One row a gene. */
  var: Frame;
  /** More matrices of X's shape. */
  layers: Record<string, Matrix>;
  /** Cells × anything, e.g. `X_pca`. */
  obsm: Record<string, DenseMatrix>;
  /** Genes × anything, e.g. `PCs`. */
  varm: Record<string, DenseMatrix>;
  /** Cells × cells, e.g. `connectivities`. */
  obsp: Record<string, CsrMatrix>;
  /** Genes × genes. */
  varp: Record<string, CsrMatrix>;
  /** Everything else. */
  uns: Record<string, unknown>;
  raw?: Raw;

  /**
   * @param parts - kept, not copied; a missing `obs` or `var` gets the names "0", "1", ….
   * @throws RangeError where a part's size disagrees with X.
   */
  constructor(parts: AnnDataParts) {
    const [nObs, nVars] = parts.X.shape;
    this.X = parts.X;
    this.obs = parts.obs ?? new Frame(Array.from({ length: nObs }, (_, i) => String(i)));
    this.var = parts.var ?? new Frame(Array.from({ length: nVars }, (_, i) => String(i)));
    this.layers = parts.layers ?? {};
    this.obsm = parts.obsm ?? {};
    this.varm = parts.varm ?? {};
    this.obsp = parts.obsp ?? {};
    this.varp = parts.varp ?? {};
    this.uns = parts.uns ?? {};
    if (parts.raw) this.raw = parts.raw;
    this.#check();
  }

  /** Number of cells. */
  get nObs(): number {
    return this.X.shape[0];
  }

  /** Number of genes. */
  get nVars(): number {
    return this.X.shape[1];
  }

  /** Cells, genes. */
  get shape(): readonly [number, number] {
    return this.X.shape;
  }

  /** Names of the cells. */
  get obsNames(): readonly string[] {
    return this.obs.index;
  }

  /** Names of the genes. */
  get varNames(): readonly string[] {
    return this.var.index;
  }

  /** The cells and genes chosen, as new data that shares no array with this one; `uns` is shared. */
  select(choice: { obs?: Selector; var?: Selector }): AnnData {
    if (!choice.obs && !choice.var) return this.copy();
    const { obs, var: features, obsm, varm, obsp, varp, raw } = this;
    const copied = <M extends Matrix>(matrices: Record<string, M>) => mapValues(matrices, (m) => m.copy() as M);
    const chosen = new AnnData({
      ...this.#parts(),
      ...(!choice.obs && { obs: obs.copy(), obsm: copied(obsm), obsp: copied(obsp) }),
      ...(!choice.var && { var: features.copy(), varm: copied(varm), varp: copied(varp) }),
      ...(raw && { raw: { X: choice.obs ? raw.X : raw.X.copy(), var: raw.var.copy() } }),
    });
    if (choice.obs) chosen.keepObs(choice.obs);
    if (choice.var) chosen.keepVar(choice.var);
    return chosen;
  }

  /** Keeps the cells chosen, in the order chosen, and drops the others from every field. Returns this. */
  keepObs(selector: Selector): this {
    const rows = positions(selector, this.obsNames, "obs");
    const select = (matrix: Matrix) => matrix.selectRows(rows);
    this.X = select(this.X);
    this.obs = this.obs.select(rows);
    this.layers = mapValues(this.layers, select);
    this.obsm = mapValues(this.obsm, (matrix) => matrix.selectRows(rows));
    this.obsp = mapValues(this.obsp, (matrix) => matrix.selectRows(rows).selectColumns(rows));
    if (this.raw) this.raw = { X: select(this.raw.X), var: this.raw.var };
    return this;
  }

  /** Keeps the genes chosen, in the order chosen, and drops the others (`raw` keeps all). Returns this. */
  keepVar(selector: Selector): this {
    const columns = positions(selector, this.varNames, "var");
    this.X = this.X.selectColumns(columns);
    this.var = this.var.select(columns);
    this.layers = mapValues(this.layers, (matrix) => matrix.selectColumns(columns));
    this.varm = mapValues(this.varm, (matrix) => matrix.selectRows(columns));
    this.varp = mapValues(this.varp, (matrix) => matrix.selectRows(columns).selectColumns(columns));
    return this;
  }

  /** A copy that shares no matrix or table with this data; `uns` is copied deeply where it is data: lists, records, typed arrays, tables, matrices. */
  copy(): AnnData {
    const { X, obs, var: features, layers, obsm, varm, obsp, varp, uns, raw } = this.#parts();
    return new AnnData({
      X: X.copy(),
      obs: obs.copy(),
      var: features.copy(),
      layers: mapValues(layers, (matrix) => matrix.copy()),
      obsm: mapValues(obsm, (matrix) => matrix.copy()),
      varm: mapValues(varm, (matrix) => matrix.copy()),
      obsp: mapValues(obsp, (matrix) => matrix.copy()),
      varp: mapValues(varp, (matrix) => matrix.copy()),
      uns: copyPlain(uns) as Record<string, unknown>,
      ...(raw && { raw: { X: raw.X.copy(), var: raw.var.copy() } }),
    });
  }

  /** scanpy's summary: the shape, then the names in each field. */
  toString(): string {
    return textSummary(this);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return textSummary(this);
  }

  /** What a notebook shows for this object: the summary as text and as a table. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": textSummary(this), "text/html": htmlSummary(this) };
  }

  #parts(): Required<Omit<AnnDataParts, "raw">> & { raw?: Raw } {
    const { X, obs, layers, obsm, varm, obsp, varp, uns, raw } = this;
    return { X, obs, var: this.var, layers, obsm, varm, obsp, varp, uns, ...(raw && { raw }) };
  }

  #check(): void {
    const [nObs, nVars] = this.shape;
    const expect = (what: string, found: number, wanted: number, of: string) => {
      if (found !== wanted) throw new RangeError(`${what} has length ${found}; X has ${wanted} ${of}`);
    };
    expect("obs", this.obs.length, nObs, "rows (cells)");
    expect("var", this.var.length, nVars, "columns (genes)");
    for (const [name, layer] of Object.entries(this.layers)) {
      expect(`layers["${name}"]`, layer.shape[0], nObs, "rows (cells)");
      expect(`the rows of layers["${name}"]`, layer.shape[1], nVars, "columns (genes)");
    }
    for (const [name, matrix] of Object.entries(this.obsm)) expect(`obsm["${name}"]`, matrix.shape[0], nObs, "rows");
    for (const [name, matrix] of Object.entries(this.varm))
      expect(`varm["${name}"]`, matrix.shape[0], nVars, "columns");
    for (const [name, matrix] of Object.entries(this.obsp)) {
      expect(`obsp["${name}"]`, matrix.shape[0], nObs, "rows");
      expect(`the rows of obsp["${name}"]`, matrix.shape[1], nObs, "rows");
    }
    for (const [name, matrix] of Object.entries(this.varp)) {
      expect(`varp["${name}"]`, matrix.shape[0], nVars, "columns");
      expect(`the rows of varp["${name}"]`, matrix.shape[1], nVars, "columns");
    }
    if (this.raw) {
      expect("raw.X", this.raw.X.shape[0], nObs, "rows (cells)");
      const [, rawVars] = this.raw.X.shape;
      if (this.raw.var.length !== rawVars) {
        throw new RangeError(`raw.var has length ${this.raw.var.length}; raw.X has ${rawVars} columns`);
      }
    }
  }
}

function mapValues<From, To>(record: Record<string, From>, f: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}

function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (ArrayBuffer.isView(value) && "slice" in value) return (value as Float64Array).slice();
  if (value instanceof Frame || isMatrix(value)) return value.copy();
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return mapValues(value as Record<string, unknown>, copyPlain);
  }
  return value;
}
