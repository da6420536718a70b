import type { Measurement } from "../harness.js";
import { MEASURES, type Samples } from "./measures.js";

/** The samples that all lives of one kernel gave. */
export interface Outcome {
  readonly name: string;
  readonly samples: Samples;
}

/** Ours and those it is compared with. */
export interface Comparison {
  readonly ours: Outcome;
  readonly peers: readonly Outcome[];
}

const decimals = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** Prints a row a measure: a column a kernel, then the ratio of ours to each peer. */
export function printTable({ ours, peers }: Comparison): void {
  const names = [ours, ...peers].map(({ name }) => name);
  console.log(row("kernels", [...names, ...peers.map(({ name }) => `ours / ${name}`)]));
  for (const measure of MEASURES) {
    const values = [ours, ...peers].map(({ samples }) => measure.of(samples));
    const [first, ...others] = values;
    const shown = values.map((value) =>
      value === undefined ? "–" : (measure.unit === "ms" ? decimals : whole).format(value),
    );
    const ratios = others.map((other) => (first !== undefined && other ? (first / other).toFixed(2) : "–"));
    console.log(row(`${measure.name}, ${measure.unit}`, [...shown, ...ratios]));
  }
}

/** A measurement for each measure and peer, as the other benchmarks have them. */
export function compare({ ours, peers }: Comparison): Measurement[] {
  return peers.flatMap((peer) =>
    MEASURES.flatMap(({ name, unit, of }): Measurement[] => {
      const [value, other] = [of(ours.samples), of(peer.samples)];
      if (value === undefined || other === undefined) return [];
      return [{ name: `${name} (${peer.name})`, ours: value, peer: other, unit, ratio: value / other }];
    }),
  );
}

function row(label: string, cells: readonly string[]): string {
  return label.padEnd(38) + cells.map((cell) => cell.padStart(18)).join("");
}
