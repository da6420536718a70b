import { FileError } from "../../../src/lib/io/file-error.js";
import { check, type Outcome, worst } from "./checks.js";
import type { FixtureCase } from "./fixture-case.js";
import type { Area, Results } from "./results.js";

/** How a case went. */
export interface CaseOutcome {
  passed: boolean;
  /** The rest of the case's line. */
  detail: string;
}

type NamedOutcome = Outcome & { name: string };

/** Runs a case through the library, by the area that it is of, and compares every expected entry that is not `info`. */
export async function runCase(fixture: FixtureCase, areas: Readonly<Record<string, Area>>): Promise<CaseOutcome> {
  const area = areas[fixture.area];
  if (!area) return { passed: false, detail: `the area "${fixture.area}" is not known` };
  let results: Results[];
  try {
    results = [await area(fixture)].flat();
  } catch (error) {
    if (fixture.optional && error instanceof FileError) {
      return { passed: true, detail: `optional, and refused with a clear error: ${error.message}` };
    }
    return { passed: false, detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  const outcomes = results.flatMap((result) => outcomesOf(fixture, result));
  if (outcomes.length === 0) return { passed: false, detail: "nothing was compared" };
  const failed = outcomes.filter(({ passed }) => !passed);
  const decisive = worst(outcomes);
  return {
    passed: failed.length === 0,
    detail: [
      `largest deviation ${precise(decisive.deviation)}`,
      decisive.share > 0 ? ` (${decisive.name}, ${precise(decisive.share)} of what is allowed)` : "",
      outcomes.some(({ float32 }) => float32) ? " float32" : "",
      ...[...new Set(failed.map(({ name, problem }) => `; ${name}: ${problem}`))],
    ].join(""),
  };
}

/** One outcome for each entry, or for each group of entries that are alternatives. */
function outcomesOf(fixture: FixtureCase, results: Results): NamedOutcome[] {
  const outcomes: NamedOutcome[] = [];
  const groups = new Map<string, NamedOutcome[]>();
  for (const [name, entry] of Object.entries(fixture.expected)) {
    if (entry.check === "info") continue;
    const outcome = { name, ...(name in results ? check(fixture, entry, results[name]) : MISSING) };
    if (entry.group === undefined) outcomes.push(outcome);
    else groups.set(entry.group, [...(groups.get(entry.group) ?? []), outcome]);
  }
  for (const alternatives of groups.values()) {
    outcomes.push(alternatives.find(({ passed }) => passed) ?? worst(alternatives));
  }
  return outcomes;
}

const MISSING: Outcome = {
  passed: false,
  deviation: Infinity,
  share: Infinity,
  float32: false,
  problem: "the library returns no such value",
};

function precise(value: number): string {
  return value === 0 ? "0" : value.toPrecision(2);
}
