import { type FixtureArray, type FixtureCase, toNumber } from "./fixture-case.js";
import { Marked, type Tolerance } from "./results.js";

/** How one entry compares. */
export interface Outcome {
  passed: boolean;
  /** The largest absolute deviation; for `exact` and `set` the number of entries that differ. */
  deviation: number;
  /** The largest deviation over what is allowed: at most 1 where the entry passes. */
  share: number;
  float32: boolean;
  /** What is wrong, where it does not pass. */
  problem?: string;
}

/** Compares a result with an expected entry by the entry's check. */
export function check(fixture: FixtureCase, entry: FixtureArray, got: unknown): Outcome {
  const { value, float32, axis } = got instanceof Marked ? got : new Marked(got);
  const { rtol = 0, atol = 0 } = entry;
  const tolerance = float32
    ? { relative: Math.max(rtol, float32.relative), absolute: Math.max(atol, float32.absolute) }
    : { relative: rtol, absolute: atol };
  return {
    ...compare(entry, fixture.value(entry), value, tolerance, float32 !== undefined, axis),
    float32: float32 !== undefined,
  };
}

type Comparison = Omit<Outcome, "float32">;

function compare(
  entry: FixtureArray,
  expected: unknown,
  got: unknown,
  tolerance: Tolerance,
  float32: boolean,
  axis: 0 | 1 | undefined,
): Comparison {
  if (Array.isArray(expected) && expected.some(isDictionary)) {
    if (!Array.isArray(got)) return failure(`expected a list, got ${describe(got)}`);
    return compare(entry, { ...expected }, { ...got }, tolerance, float32, axis);
  }
  if (isDictionary(expected)) {
    if (!isDictionary(got)) return failure(`expected a dictionary, got ${describe(got)}`);
    const missing = Object.keys(expected).find((key) => !Object.hasOwn(got, key));
    if (missing !== undefined) return failure(`"${missing}" is missing`);
    if (Object.keys(expected).length === 0) return { passed: true, deviation: 0, share: 0 };
    return worst(
      Object.entries(expected).map(([key, value]) =>
        prefixed(key, compare(entry, value, got[key], tolerance, float32, axis)),
      ),
    );
  }
  switch (entry.check) {
    case "allclose":
      return close(flatten(got), flatten(expected), tolerance);
    case "allclose_sign":
      return signFreeClose(flatten(got), flatten(expected), entry.shape, axis, tolerance);
    case "exact":
      return exact(got, expected, float32);
    case "set":
      return sameSet(got, expected);
    case "overlap":
      return overlap(flatten(got), flatten(expected), entry.min_overlap);
    case "min":
      return bound(toNumber(expected) - toNumber(got), `${describe(got)} is below ${describe(expected)}`);
    case "max":
      return bound(toNumber(got) - toNumber(expected), `${describe(got)} is above ${describe(expected)}`);
    default:
      return failure(`the check "${String(entry.check)}" is not known`);
  }
}

function close(got: Float64Array, expected: Float64Array, { relative, absolute }: Tolerance): Comparison {
  if (got.length !== expected.length) return failure(`${got.length} numbers, expected ${expected.length}`);
  let deviation = 0;
  let share = 0;
  let worstAt = -1;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [got[i]!, expected[i]!];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const isFinite = Number.isFinite(a) && Number.isFinite(b);
    const difference = isFinite ? Math.abs(a - b) : Infinity;
    const used = isFinite ? difference / (absolute + relative * Math.abs(b)) : Infinity;
    deviation = Math.max(deviation, difference);
    if (used > share) [share, worstAt] = [used, i];
  }
  if (share <= 1) return { passed: true, deviation, share };
  const problem = `entry ${worstAt} is ${got[worstAt]}, expected ${expected[worstAt]} within ${relative} / ${absolute}`;
  return { passed: false, deviation, share, problem };
}

function signFreeClose(
  got: Float64Array,
  expected: Float64Array,
  shape: number[] | undefined,
  axis: 0 | 1 | undefined,
  tolerance: Tolerance,
): Comparison {
  if (axis === undefined) return failure("the result does not say along which axis its components lie");
  if (shape?.length !== 2) return failure("allclose_sign needs a matrix");
  if (got.length !== expected.length) return failure(`${got.length} numbers, expected ${expected.length}`);
  const columns = shape[1]!;
  const componentOf = (at: number) => (axis === 0 ? Math.floor(at / columns) : at % columns);
  const products = new Float64Array(shape[axis]!);
  for (let at = 0; at < got.length; at++) products[componentOf(at)]! += got[at]! * expected[at]!;
  return close(
    got.map((value, at) => (products[componentOf(at)]! < 0 ? -value : value)),
    expected,
    tolerance,
  );
}

function exact(got: unknown, expected: unknown, float32: boolean): Comparison {
  const a = list(got);
  const b = list(expected).map((value) => (float32 && typeof value === "number" ? Math.fround(value) : value));
  if (a.length !== b.length) return failure(`${a.length} values, expected ${b.length}`);
  const different = b.flatMap((value, i) => (isSame(a[i], value) ? [] : [i]));
  if (different.length === 0) return { passed: true, deviation: 0, share: 0 };
  const first = different[0]!;
  const problem = `${different.length} of ${b.length} values differ; entry ${first} is ${describe(a[first])}, expected ${describe(b[first])}`;
  return { passed: false, deviation: different.length, share: Infinity, problem };
}

function sameSet(got: unknown, expected: unknown): Comparison {
  const [a, b] = [new Set(list(got)), new Set(list(expected))];
  const different = [...a].filter((value) => !b.has(value)).concat([...b].filter((value) => !a.has(value)));
  if (different.length === 0) return { passed: true, deviation: 0, share: 0 };
  const problem = `${different.length} members are in one set only: ${different.slice(0, 5).map(describe).join(", ")}`;
  return { passed: false, deviation: different.length, share: Infinity, problem };
}

function overlap(got: Float64Array, expected: Float64Array, minimum = 1): Comparison {
  if (got.length !== expected.length) return failure(`${got.length} entries, expected ${expected.length}`);
  let wanted = 0;
  let chosen = 0;
  let common = 0;
  for (let i = 0; i < expected.length; i++) {
    if (expected[i]) wanted++;
    if (got[i]) chosen++;
    if (expected[i] && got[i]) common++;
  }
  const found = common / Math.max(wanted, chosen, 1);
  if (wanted === 0 && chosen === 0) return { passed: true, deviation: 0, share: 0 };
  return {
    ...bound(minimum - found, `${found} of the true entries in common, expected ${minimum}`),
    deviation: 1 - found,
  };
}

function bound(excess: number, problem: string): Comparison {
  if (excess <= 0) return { passed: true, deviation: 0, share: 0 };
  return { passed: false, deviation: excess, share: Infinity, problem };
}

/** Of several comparisons the one that is worst: failed before passed, then by its share of what is allowed. */
export function worst<C extends Comparison>(comparisons: C[]): C {
  return comparisons.reduce((a, b) => {
    if (a.passed !== b.passed) return a.passed ? b : a;
    return b.share > a.share ? b : a;
  });
}

function failure(problem: string): Comparison {
  return { passed: false, deviation: Infinity, share: Infinity, problem };
}

function prefixed(key: string, comparison: Comparison): Comparison {
  return comparison.problem === undefined ? comparison : { ...comparison, problem: `${key}: ${comparison.problem}` };
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function flatten(value: unknown): Float64Array {
  return Float64Array.from(list(value), toNumber);
}

/** The values of a list row by row, of a typed array, or a single value. */
function list(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return Array.isArray(value) ? value.flatMap(list) : [value];
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof b === "string" && typeof a === "number") return Object.is(a, Number(b)) && String(a) === b;
  if (typeof a === "boolean" || typeof b === "boolean") return Number(a) === Number(b);
  return Number.isNaN(a) && Number.isNaN(b);
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
