import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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
  min_overlap?: number;
  group?: string;
}

/** The numbers of a binary file. */
export type Numbers = Float64Array | Float32Array | Int32Array | Uint8Array;

/** One case of the fixtures: what goes into a method, and what a reference implementation returns for it. */
export class FixtureCase {
  readonly folder: string;
  readonly area: string;
  readonly name: string;
  readonly parameters: Record<string, unknown>;
  readonly inputs: Record<string, FixtureArray>;
  readonly expected: Record<string, FixtureArray>;
  readonly optional: boolean;

  /**
   * @param folder - the folder of the case.
   * @throws Error where its case.json is not of schema 1.
   */
  constructor(folder: string) {
    const json = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as Record<string, unknown>;
    if (json["schema"] !== 1) throw new Error(`case.json has schema ${String(json["schema"])}; this program knows 1`);
    const { area, case: name, parameters = {}, inputs = {}, expected = {}, optional = false } = json;
    this.folder = folder;
    this.area = area as string;
    this.name = name as string;
    this.parameters = parameters as Record<string, unknown>;
    this.inputs = inputs as Record<string, FixtureArray>;
    this.expected = expected as Record<string, FixtureArray>;
    this.optional = optional as boolean;
  }

  /** The numbers of an input or an expected value, nested lists row by row. */
  numbers(array: FixtureArray | undefined): Numbers {
    const value = this.value(array);
    return ArrayBuffer.isView(value) ? (value as Numbers) : Float64Array.from((value as unknown[]).flat(3), toNumber);
  }

  /** An input or an expected value: the numbers of a binary file, or what the JSON holds. */
  value(array: FixtureArray | undefined): unknown {
    if (!array) throw new Error(`${this.name} has no such array`);
    if (array.file === undefined) return array.value;
    const bytes = readFileSync(join(this.folder, array.file));
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    switch (array.dtype) {
      case "json":
        return JSON.parse(bytes.toString("utf8"));
      case "f64":
        return new Float64Array(buffer);
      case "f32":
        return new Float32Array(buffer);
      case "i32":
        return new Int32Array(buffer);
      case "u8":
        return new Uint8Array(buffer);
      default:
        throw new Error(`${array.file} has dtype ${String(array.dtype)}; this program knows f64, f32, i32, u8, json`);
    }
  }

  input(name: string): Numbers {
    return this.numbers(this.inputs[name]);
  }

  /** An input that is not a list of numbers: labels, a dictionary. */
  inputValue<T>(name: string): T {
    return this.value(this.inputs[name]) as T;
  }

  /** Rows and columns of an input. */
  shape(name: string): [number, number] {
    return this.inputs[name]!.shape as [number, number];
  }

  output(name: string): Numbers {
    return this.numbers(this.expected[name]);
  }
}

/** A number as the fixtures write it: "NaN", "Infinity" and "-Infinity" are texts, masks may be booleans. */
export function toNumber(value: unknown): number {
  return typeof value === "number" ? value : Number(value);
}

/** The folders below (and including) this one that hold a case, sorted. */
export function caseFolders(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file === "case.json" || /[\\/]case\.json$/.test(file))
    .map((file) => join(folder, dirname(file)))
    .sort();
}
