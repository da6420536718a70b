/** What `diffrepairer inspect --json` says of a file. */
export interface SampleFacts {
  readonly values: {
    readonly kind: "counts" | "log1p";
    readonly place: string;
    readonly cells: number;
    readonly genes: number;
  };
  /** Medians over cells; molecules where the values are counts. */
  readonly medians: { readonly molecules: number | null; readonly genes: number; readonly zeros: number };
  readonly species?: string;
  /** Folder of the model that it was held against. */
  readonly model?: string;
  readonly match?: { readonly matched: number; readonly total: number };
  readonly checks?: readonly Check[];
  /** Why the model would not repair it. */
  readonly refused?: string;
}

interface Check {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: "inside" | "outside" | "far";
}

const VERDICTS = { inside: "within", outside: "outside", far: "far outside" } as const;

/** Facts as names and texts, for a person. */
export const rowsOf = ({
  values,
  medians,
  species,
  model,
  match,
  checks = [],
  refused,
}: SampleFacts): [string, string][] => [
  ["Cells", count(values.cells)],
  ["Genes", `${count(values.genes)}${species === undefined ? "" : `, ${species}`}`],
  ["Values", `${values.kind === "counts" ? "counts" : "log1p values"} in ${values.place}`],
  ...(medians.molecules === null
    ? []
    : [["Depth", `${count(medians.molecules)} molecules in a cell`] as [string, string]]),
  ["Genes in a cell", count(medians.genes)],
  ["Zeros", `${(100 * medians.zeros).toFixed(1)} %`],
  ...(model === undefined ? [] : [["Beside the model", refused ?? matched(match)] as [string, string]]),
  ...checks.map(({ name, label, value, low, high, verdict }): [string, string] => [
    name,
    `${short(value)} ${label}, ${VERDICTS[verdict]} the training damage (${short(low)} to ${short(high)})`,
  ]),
];

const matched = (match: SampleFacts["match"]): string =>
  match ? `${count(match.matched)} of its ${count(match.total)} genes` : "";

const count = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 });

const short = (value: number): string => String(Number(value.toPrecision(3)));
