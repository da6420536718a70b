import {
  type Column,
  column,
  columnLength,
  columnNumbers,
  columnStrings,
  type ColumnValues,
  copyColumn,
  selectColumn,
} from "./column.js";

/**
 * A table with named rows and typed columns: `obs` (one row a cell) and `var` (one row a gene).
 *
 * @example
 * const obs = new Frame(["cell1", "cell2"], { total_counts: [10, 20] });
 * obs.numbers("total_counts"); // Float64Array [10, 20]
 */
export class Frame {
  readonly index: readonly string[];
  readonly #columns = new Map<string, Column>();

  /**
   * @param index - the row names (barcodes, gene symbols); kept, not copied.
   * @param columns - values by column name, see `column` for what they may be.
   */
  constructor(index: readonly string[], columns: Record<string, ColumnValues> = {}) {
    this.index = index;
    for (const [name, values] of Object.entries(columns)) this.set(name, values);
  }

  /** Number of rows. */
  get length(): number {
    return this.index.length;
  }

  /** Names of the columns, in the order they were set. */
  get columns(): string[] {
    return [...this.#columns.keys()];
  }

  /** Whether there is a column of this name. */
  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /**
   * The column of this name.
   *
   * @throws RangeError naming the columns that exist.
   */
  get(name: string): Column {
    const found = this.#columns.get(name);
    if (!found) throw new RangeError(`there is no column "${name}"; columns: ${this.columns.join(", ") || "none"}`);
    return found;
  }

  /**
   * Adds or replaces a column.
   *
   * @throws RangeError where its length is not the number of rows.
   */
  set(name: string, values: ColumnValues): this {
    const made = column(values);
    if (columnLength(made) !== this.index.length) {
      throw new RangeError(
        `column "${name}" has length ${columnLength(made)}; the table has ${this.index.length} rows`,
      );
    }
    this.#columns.set(name, made);
    return this;
  }

  /** Removes a column; nothing happens where there is none. */
  delete(name: string): this {
    this.#columns.delete(name);
    return this;
  }

  /** A column as numbers (missing: NaN). */
  numbers(name: string): Float64Array {
    return columnNumbers(this.get(name));
  }

  /** A column as texts (missing: null). */
  strings(name: string): (string | null)[] {
    return columnStrings(this.get(name));
  }

  /** The rows named, in the order given, as a new table. */
  select(rows: ArrayLike<number>): Frame {
    const result = new Frame(Array.from(rows, (row) => this.index[row]!));
    for (const [name, values] of this.#columns) result.set(name, selectColumn(values, rows));
    return result;
  }

  /** A copy that shares nothing with this table. */
  copy(): Frame {
    const result = new Frame(this.index.slice());
    for (const [name, values] of this.#columns) result.set(name, copyColumn(values));
    return result;
  }

  /** What a list of variables shows of the table, whose columns are private. */
  [Symbol.for("diffrepairer.overview")](): { shape: number[]; preview: string; holds: unknown[] } {
    const { columns } = this;
    return { shape: [this.length, columns.length], preview: columns.join(", "), holds: [this.#columns] };
  }
}
