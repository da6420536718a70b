import { metrics as measures } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { type Results, unknownCase } from "../results.js";

/** Measures of agreement, of rankings and of clusterings. */
export function metrics(fixture: FixtureCase): Results {
  const kind = fixture.name.split("_")[0]!;
  const compute = KINDS[kind];
  return compute ? compute(fixture) : unknownCase(fixture);
}

const KINDS: Record<string, (fixture: FixtureCase) => Results> = { clusterings };

function clusterings(fixture: FixtureCase): Results {
  const cases = Object.entries(fixture.inputValue<Record<string, { a: number[]; b: number[] }>>("cases"));
  const each = (measure: (a: number[], b: number[]) => number) =>
    Object.fromEntries(cases.map(([name, { a, b }]) => [name, measure(a, b)]));
  return { ari: each(measures.adjustedRandIndex) };
}
