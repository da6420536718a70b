import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../../src/lib/datasets/cache.js";
import { test } from "vitest";
import { expectClose, type Tolerance } from "./compare.js";

/** An array of a case: in the case's JSON, or in a file beside it. */
export interface FixtureArray {
  value?: unknown;
  file?: string;
  dtype?: "f64" | "f32" | "i32" | "u8" | "json";
  shape?: number[];
  path?: string;
  format?: string;
  check?: string;
  rtol?: number;
  atol?: number;
}

type Numbers = Float64Array | Float32Array | Int32Array | Uint8Array;

/** The folder of reference fixtures: `DIFFREPAIRER_FIXTURES`, else `../shared/fixtures` beside the package; undefined where absent. */
export function fixturesFolder(): string | undefined {
  const folder = process.env["DIFFREPAIRER_FIXTURES"] ?? resolve(packageRoot(), "..", "shared", "fixtures");
  return existsSync(folder) ? folder : undefined;
}

/** One case of the fixtures. */
export class FixtureCase {
  readonly folder: string;
  readonly name: string;
  readonly parameters: Record<string, unknown>;
  readonly inputs: Record<string, FixtureArray>;
  readonly expected: Record<string, FixtureArray>;
  readonly optional: boolean;

  constructor(folder: string, name: string) {
    this.folder = join(folder, name);
    this.name = name;
    const json = JSON.parse(readFileSync(join(this.folder, "case.json"), "utf8")) as Partial<FixtureCase>;
    this.parameters = json.parameters ?? {};
    this.inputs = json.inputs ?? {};
    this.expected = json.expected ?? {};
    this.optional = json.optional ?? false;
  }

  /** The numbers of an input or an expected value. */
  numbers(array: FixtureArray | undefined): Numbers {
    if (!array) throw new Error(`${this.name} has no such array`);
    if (array.file === undefined) return Float64Array.from((array.value as unknown[]).flat(3), toNumber);
    const bytes = readFileSync(join(this.folder, array.file));
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    switch (array.dtype) {
      case "f64":
        return new Float64Array(buffer);
      case "f32":
        return new Float32Array(buffer);
      case "i32":
        return new Int32Array(buffer);
      default:
        return new Uint8Array(buffer);
    }
  }

  input(name: string): Numbers {
    return this.numbers(this.inputs[name]);
  }

  output(name: string): Numbers {
    return this.numbers(this.expected[name]);
  }

  /** Expects numbers to agree with the expected ones, at the case's tolerance or a wider one that has a reason. */
  expectClose(name: string, got: ArrayLike<number>, wider: Tolerance = {}): void {
    const { rtol = 0, atol = 0 } = this.expected[name]!;
    expectClose(got, this.output(name), {
      relative: Math.max(rtol, wider.relative ?? 0),
      absolute: Math.max(atol, wider.absolute ?? 0),
    });
  }
}

/** The cases of an area whose names begin so; none where the fixtures are absent. */
export function fixtureCases(area: string, prefix = ""): FixtureCase[] {
  const folder = fixturesFolder();
  if (folder === undefined) return [];
  return readdirSync(join(folder, area))
    .filter((name) => name.startsWith(prefix))
    .map((name) => new FixtureCase(join(folder, area), name));
}

/** One test a case; where the fixtures are absent, one that is skipped and says so. */
export function testFixtures(
  cases: FixtureCase[],
  run: (fixture: FixtureCase) => void | Promise<void>,
  timeout?: number,
): void {
  if (cases.length === 0) test.skip("no fixtures here (DIFFREPAIRER_FIXTURES)", () => undefined);
  else test.each(cases)("$name", { timeout }, run);
}

function toNumber(value: unknown): number {
  return typeof value === "string" ? Number(value) : typeof value === "boolean" ? Number(value) : (value as number);
}
