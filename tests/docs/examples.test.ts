import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import * as figures from "../../figures/index.js";
import * as kernel from "../../kernel/index.js";
import * as lib from "../../src/lib/index.js";
import { programOf, typeErrors } from "../helpers/program-of.js";
import { type Example, exampleBlocks } from "./example-blocks.js";
import { VALUES } from "./example-values.js";
import { exportsWithoutExample } from "./exports-without-example.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENTRIES = ["src/lib/index.ts", "figures/index.ts", "kernel/index.ts"].map((path) => ROOT + path);
// Beside this file, so that its imports are found; it is never written.
const FILE = fileURLToPath(new URL("all-examples.ts", import.meta.url));

/** What takes files, processes, the network, or a training of minutes, or stands for another's values. */
const TYPES_ALONE =
  /await (io|datasets|validate)\.|await saveFigure|KernelSpec|Snapshot|figure,|file\.|SampleModel|loadModel|fitDiff|"diffrepairer"|budget|Downstream|\bmodel[,)]|cleanValidation|danfo/i;

const blocks = exampleBlocks();
const names = (record: object): string[] => Object.keys(record);
const valuesOf = ({ folder }: Example): Record<string, unknown> =>
  folder in VALUES ? VALUES[folder as keyof typeof VALUES]() : {};
const bareOf = ({ folder }: Example): Record<string, unknown> =>
  ({ ...lib, figures, kernel })[folder as keyof typeof lib] as unknown as Record<string, unknown>;
const given = new Map(names(VALUES).map((folder) => [folder, names(valuesOf({ folder } as Example))]));

/** All examples in one module, a function each, whose own declarations hide the names given to it. */
const moduleOfExamples = (): string =>
  [
    'import * as lib from "../../src/lib/index.js";',
    'import * as figures from "../../figures/index.js";',
    'import * as kernel from "../../kernel/index.js";',
    'import { VALUES } from "./example-values.js";',
    `const {${names(lib)}} = lib;`,
    ...blocks.flatMap((example, at) => {
      const { folder, place, code } = example;
      const bare = bareOf(example);
      return [
        `export async function example${at}() { // ${place}`,
        bare === undefined ? "" : `const {${names(bare)}} = ${folder in lib ? `lib.${folder}` : folder};`,
        `{ let {${given.get(folder) ?? ""}} = ${given.has(folder) ? `VALUES.${folder}()` : "{}"};`,
        `{\n${code}\n}}}`,
      ];
    }),
  ].join("\n");

const errorsOfExamples = (program: ts.Program): string[] => {
  const lines = program.getSourceFile(FILE)!.text.split("\n");
  return typeErrors(program, FILE).map(({ line, message }) => {
    const place = lines.slice(0, line + 1).findLast((earlier) => earlier.includes("async function example"));
    return `${place?.split("// ")[1]}: ${lines[line]} → ${message}`;
  });
};

const rounded = (value: unknown): unknown[] =>
  (typeof value === "object" ? [...(value as Iterable<unknown>)] : [value]).map((one) =>
    typeof one === "number" ? Number(one.toPrecision(12)) : one,
  );

/** Runs an example; an expression with a value in a comment behind it, `f(2); // 4`, must have that value. */
const run = async (example: Example): Promise<void> => {
  const { code } = example;
  const checked = code.replace(
    /^(?!const|let|import)(.+); \/\/ (?:(?:Float|Int)(?:32|64)Array )?(\[[^…\n]+\]|-?[\d.]+|"[^"…\n]*"|true|false)$/gm,
    "expectEqual($1, $2);",
  );
  const { outputText } = ts.transpileModule(checked, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const expectEqual = (value: unknown, expected: unknown) => expect(rounded(value)).toEqual(rounded(expected));
  const scope = { ...lib, figures, ...bareOf(example), ...valuesOf(example), expectEqual };
  const body = `return (async () => { with (scope) { return (async () => { ${outputText} })(); } })()`;
  await (new Function("scope", body)(scope) as Promise<void>);
};

describe("the examples of the doc comments", () => {
  let program: ts.Program;
  beforeAll(() => {
    program = programOf(new Map([[FILE, moduleOfExamples()]]));
  }, 120_000);

  it("are there for every public function and class", () => {
    expect(exportsWithoutExample(program, ENTRIES)).toEqual([]);
  }, 120_000);

  it("hold for the compiler", () => expect(errorsOfExamples(program)).toEqual([]), 120_000);

  it.each(blocks.filter(({ code }) => !TYPES_ALONE.test(code)).map((example) => [example.place, example] as const))(
    "run: %s",
    (_place, example) => run(example),
  );
});
