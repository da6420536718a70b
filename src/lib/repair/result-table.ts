import { escapeHtml } from "../anndata/summary.js";
import type { Measure } from "./bootstrap-cells.js";
import { danfo, type DanfoFrame } from "./danfo.js";
import type { Evaluation } from "./evaluate.js";
import type { BiologicalScore } from "./scores/biology.js";

/** MIME type of a result that reports collect. */
export const RESULT_MIME = "application/vnd.diffrepairer.result+json";

/** A value in a table. */
export type Cell = string | number | null;

/** A table of results as plain values: what {@link RESULT_MIME} carries. */
export interface ResultJson {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table as people see it. */
export interface ShownTable {
  readonly columns: readonly string[];
  /** Whether a column holds numbers. */
  readonly numeric: readonly boolean[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table of results that notebooks show and reports collect.
 * @example
 * new repair.ResultTable("errors", ["method", "MSE"], [["DAE", 0.69]]).toCsv(); // "method,MSE\nDAE,0.69\n"
 */
export class ResultTable {
  constructor(
    readonly name: string,
    readonly columns: readonly string[],
    readonly rows: readonly (readonly Cell[])[],
  ) {}

  toJSON(): ResultJson {
    return { name: this.name, columns: this.columns, rows: this.rows };
  }

  /**
   * The table as texts for people: three decimals, a dash for null, and a value's interval beside it, where columns named
   * "x low" and "x high" follow "x".
   */
  shown(): ShownTable {
    const kept = this.columns.flatMap((column, j) => {
      const name = /^(.+) (low|high)$/.exec(column)?.[1];
      return name !== undefined && this.columns.includes(name) ? [] : [{ column, j, interval: this.#hasInterval(j) }];
    });
    return {
      columns: kept.map(({ column, interval }) => (interval ? `${column} [95 %]` : column)),
      numeric: kept.map(({ j }) => this.rows.some((row) => typeof row[j] === "number")),
      rows: this.rows.map((row) =>
        kept.map(({ j, interval }) => {
          const value = format(row[j]!);
          return interval && row[j] !== null && row[j + 1] !== null
            ? `${value} [${format(row[j + 1]!)}, ${format(row[j + 2]!)}]`
            : value;
        }),
      ),
    };
  }

  #hasInterval(j: number): boolean {
    const name = this.columns[j];
    const isFollowed = this.columns[j + 1] === `${name} low` && this.columns[j + 2] === `${name} high`;
    return isFollowed && this.rows.some((row) => row[j + 1] !== null);
  }

  /** The table as aligned text. */
  toString(): string {
    const { columns, numeric, rows } = this.shown();
    const lines = [columns, ...rows];
    const widths = columns.map((_, j) => Math.max(...lines.map((line) => line[j]!.length)));
    const align = (text: string, j: number) => (numeric[j] ? text.padStart(widths[j]!) : text.padEnd(widths[j]!));
    return lines.map((line) => line.map(align).join("  ").trimEnd()).join("\n");
  }

  /** The table as comma-separated values, every digit kept; null is an empty field. */
  toCsv(): string {
    const field = (cell: Cell) => {
      const text = cell === null ? "" : String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return `${[this.columns, ...this.rows].map((row) => row.map(field).join(",")).join("\n")}\n`;
  }

  /** The table as people see it, in Markdown. */
  toMarkdown(): string {
    const { columns, numeric, rows } = this.shown();
    const line = (row: readonly string[]) => `| ${row.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
    return [line(columns), line(numeric.map((right) => (right ? "--:" : "---"))), ...rows.map(line), ""].join("\n");
  }

  /** A danfojs-node data frame with the same columns; danfojs-node must be installed. */
  async toDanfo(): Promise<DanfoFrame> {
    const { DataFrame } = await danfo();
    return new DataFrame(
      this.rows.map((row) => [...row]),
      { columns: [...this.columns] },
    );
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return { "text/plain": this.toString(), "text/html": this.toHtml(), [RESULT_MIME]: this.toJSON() };
  }

  /** The table as people see it, in HTML. */
  toHtml(): string {
    const tag = (row: readonly string[], name: string) =>
      row.map((text) => `<${name}>${escapeHtml(text)}</${name}>`).join("");
    const { columns, rows } = this.shown();
    const body = rows.map((row) => `<tr>${tag(row, "td")}</tr>`).join("");
    return `<table><thead><tr>${tag(columns, "th")}</tr></thead><tbody>${body}</tbody></table>`;
  }
}

const MEASURES = { MSE: "mse", Pearson: "pearson", "PR-AUC": "prAuc", F1: "f1" } as const;

/**
 * One row a method: value and 95 % interval of MSE and Pearson (z-scored), PR-AUC and F1 (expressed genes), then the spread, where
 * 1 is the clean cells' and less is blurred.
 * @example
 * const table = repair.resultTable([await repair.evaluate(await repair.fit("ridge", task), task)]);
 */
export function resultTable(evaluations: readonly Evaluation[], name = "metrics"): ResultTable {
  const ends = Object.keys(MEASURES).flatMap((measure) => [measure, `${measure} low`, `${measure} high`]);
  const rows = evaluations.map((evaluation) => {
    const measures = Object.values(MEASURES).flatMap((key) => {
      const { value, low, high }: Measure = evaluation[key];
      return [value, low, high].map(finite);
    });
    return [evaluation.label, ...measures, finite(evaluation.spread), evaluation.parameters];
  });
  return new ResultTable(name, ["method", ...ends, "spread", "parameters"], rows);
}

const SCORES = {
  separation: "separation",
  "separation (fixed)": "separationFixed",
  DEG: "deg",
  "DEG (Jaccard)": "degJaccard",
  marker: "marker",
  "known marker": "markerKnown",
  overall: "overall",
} as const satisfies Readonly<Record<string, BiologicalScore>>;

/**
 * The biological scores with their 95 % intervals: a row for the clean cells, then one a method; last the false markers in per
 * cent and the spread. A separation above the clean cells' is blur, not success.
 *
 * @throws RangeError where no evaluation has scores.
 * @example
 * const model = await repair.fit("ridge", task);
 * const table = repair.biologyTable([await repair.evaluate(model, task, { by: "cell_type", draws: 20 })]);
 */
export function biologyTable(evaluations: readonly Evaluation[], name = "biology"): ResultTable {
  const scored = evaluations.flatMap(({ label, biology, spread }) => (biology ? [{ label, biology, spread }] : []));
  if (scored.length === 0) {
    throw new RangeError("no evaluation has biological scores: give evaluate a column of cell types (by)");
  }
  const names = Object.values(SCORES);
  const clean = names.flatMap((score) => [finite(scored[0]!.biology.scores[score].clean), null, null]);
  const rows = scored.map(({ label, biology, spread }) => {
    const values = names.flatMap((score) => {
      const { value, low, high } = biology.scores[score];
      return [value, low, high].map(finite);
    });
    return [label, ...values, finite(biology.falseMarkerRate), finite(spread)];
  });
  const ends = Object.keys(SCORES).flatMap((score) => [score, `${score} low`, `${score} high`]);
  const columns = ["method", ...ends, "false markers %", "spread"];
  return new ResultTable(name, columns, [["Clean cells", ...clean, 0, null], ...rows]);
}

/** JSON has no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function format(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell === "string" || Number.isInteger(cell)) return String(cell);
  return cell.toFixed(3);
}
