/** One figure of the validation. */
export interface ValidationRow {
  /** Which question it answers. */
  part: "pairs" | "mechanisms" | "tables" | "repair" | "protein";
  set: string;
  /** The simulation, mechanism or method. */
  mode: string;
  measure: string;
  value: number;
  /** Ends of the 95 % interval; NaN where there is none. */
  low: number;
  high: number;
  /** Samples, genes or cells behind the value. */
  n: number;
}

/** A line of a figure: a value in bins of a property. */
export interface ValidationCurve {
  set: string;
  mode: string;
  /** What is on the y axis: mean log2 fold change, or share of zeros. */
  value: "fold change" | "zeros";
  /** What is on the x axis. */
  by: "length" | "gc" | "expression";
  x: number[];
  y: number[];
}

/** What a part of the validation finds. */
export interface Findings {
  rows: ValidationRow[];
  curves: ValidationCurve[];
  /** What a reader must know beside the figures. */
  notes: string[];
}
