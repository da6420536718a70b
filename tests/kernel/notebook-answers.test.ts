import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NotebookAnswers } from "../../kernel/language/notebook-answers.js";
import type { CellEdits } from "../../kernel/language/notebook-messages.js";
import { CellService } from "../../kernel/language/service.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notebook-"));
  writeFileSync(join(folder, "local.ts"), "export const unit: string = 'kb';\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A notebook of cells named a, b, c …, beside a session that has run others. */
function notebook(codes: readonly string[], ran: readonly string[] = []) {
  const session = new CellService(folder);
  ran.forEach((code, i) => session.add({ code, fileName: `cell-${i}.ts` }));
  const answers = new NotebookAnswers(session, "error");
  const open = (texts: readonly string[]): void => {
    answers.openNotebook({ notebook: "n", cells: texts.map((code, i) => ({ id: idOf(i), code })) });
  };
  open(codes);
  return {
    ...{ session, answers, open },
    faults: (cell: string) => answers.notebookFaults({ notebook: "n", cell }),
    codes: (cell: string) => answers.notebookFaults({ notebook: "n", cell }).map(({ code }) => code),
    /** The place of the n-th occurrence of a word in a cell. */
    at: (cell: string, word: string, n = 0) => ({
      notebook: "n",
      cell,
      at: places(codes[cell.charCodeAt(0) - 97] ?? "", word)[n] ?? -1,
    }),
  };
}

const idOf = (i: number): string => String.fromCharCode(97 + i);
const places = (text: string, word: string): number[] =>
  [...text.matchAll(new RegExp(word, "g"))].map(({ index }) => index);

/** The cells' texts after edits. */
function edited(codes: readonly string[], edits: CellEdits): string[] {
  return codes.map((code, i) =>
    [...(edits[idOf(i)] ?? [])]
      .sort((a, b) => b.from - a.from)
      .reduce((text, { from, to, text: inserted }) => text.slice(0, from) + inserted + text.slice(to), code),
  );
}

describe("what is wrong", () => {
  test("is told with its place, number and words", () => {
    const { faults } = notebook(["const n = 1;", "const text: string = n;"]);
    expect(faults("a")).toEqual([]);
    expect(faults("b")).toEqual([
      { from: 6, to: 10, code: 2322, message: "Type 'number' is not assignable to type 'string'.", severity: "error" },
    ]);
  });

  test("counts lines of every kind, and characters beyond the first plane, in UTF-16 units", () => {
    const code = "// 😀\r\nconst a = 1;\n\n  wrong";
    expect(notebook([code]).faults("a")).toMatchObject([{ from: code.indexOf("wrong"), to: code.length, code: 2304 }]);
  });

  test("comes of the cells above, not of those below", () => {
    const { codes } = notebook(["later;", "const later = 1;", "later;"]);
    expect(["a", "b", "c"].map(codes)).toEqual([[2304], [], []]);
  });

  test("comes of what has run where no cell above declares it", () => {
    const { codes } = notebook(
      ["gone.toFixed(); kept.length;", "const kept = 1; kept.toFixed()"],
      ["const gone = 1;", "const kept = 'text';"],
    );
    expect(["a", "b"].map(codes)).toEqual([[], []]);
  });

  test("is found anew as cells run, and as they are forgotten", () => {
    const { codes, session, answers } = notebook(["gone.toFixed()"]);
    expect(codes("a")).toEqual([2304]);
    session.add({ code: "const gone = 1;", fileName: "cell-0.ts" });
    answers.refresh();
    expect(codes("a")).toEqual([]);
    session.clear();
    answers.refresh();
    expect(codes("a")).toEqual([2304]);
  });

  test("appears and vanishes as a cell above changes, through cells between", () => {
    const cells = ["const n = 1;", "const m = n;", "m.toFixed();"];
    const { codes, open } = notebook(cells);
    expect(codes("c")).toEqual([]);
    open(["const n = 'text';", ...cells.slice(1)]);
    expect(codes("c")).toEqual([2551]);
    open(cells);
    expect(codes("c")).toEqual([]);
  });

  test("follows cells that move, come and go", () => {
    const { codes, answers } = notebook(["const n = 1;", "n;"]);
    answers.openNotebook({
      notebook: "n",
      cells: [
        { id: "b", code: "n;" },
        { id: "a", code: "const n = 1;" },
      ],
    });
    expect(codes("b")).toEqual([2304]);
    answers.openNotebook({
      notebook: "n",
      cells: [
        { id: "z", code: "const n = 2;" },
        { id: "b", code: "n;" },
      ],
    });
    expect(codes("b")).toEqual([]);
    expect(() => codes("a")).toThrow('the notebook has no cell "a"');
  });

  test("is told of a file that is imported, as it changes", () => {
    const cells = ['import { unit } from "./local.ts";\nconst n: number = unit;'];
    const { codes, open } = notebook(cells);
    expect(codes("a")).toEqual([2322]);
    writeFileSync(join(folder, "local.ts"), "export const unit: number = 1;\n");
    utimesSync(join(folder, "local.ts"), 1, 1);
    open([...cells, ""]);
    expect(codes("a")).toEqual([]);
  });

  test("is of syntax alone where that is wrong, and other cells know the names all the same", () => {
    const { faults, codes } = notebook(["const n: number = 1\nconst m: string = 1 +;", "n.toFixed()"]);
    expect(faults("a").map(({ code }) => code)).toEqual([1109]);
    expect(codes("b")).toEqual([]);
  });

  test("is a warning, or not told, where a cell asks for that", () => {
    const { faults } = notebook(["// @types warn\nwrong", "// @types off\nwrong", "// @ts-nocheck\nwrong"]);
    expect(["a", "b", "c"].map((id) => faults(id).map(({ severity }) => severity))).toEqual([["warning"], [], []]);
  });

  test("is what keeps a cell from running: an object literal, JSX, a name declared anew and a missing package do not", () => {
    const { codes } = notebook([
      "{ n: 1 }",
      "function React() {}\nReact.createElement = (...parts: unknown[]) => parts;\n<div>{1}</div>",
      'import { missing } from "never-installed";\nmissing();',
      "const n = 1;",
      "const n = 'text';",
      "n.charAt(0);",
      "let n = 2; let n = 3;",
    ]);
    expect(["a", "c", "d", "e", "f", "g"].map(codes)).toEqual([[], [], [], [], [], [2451]]);
    expect(codes("b")).not.toContain(1005);
  });
});

describe("the notebooks of this project", () => {
  const home = resolve(import.meta.dirname, "..", "..", "notebooks");

  test.each(readdirSync(home).filter((name) => name.endsWith(".ipynb")))("%s: nothing is wrong", (name) => {
    const { cells } = JSON.parse(readFileSync(join(home, name), "utf8")) as {
      cells: { id: string; cell_type: string; source: string | string[] }[];
    };
    const code = cells.filter((cell) => cell.cell_type === "code");
    const answers = new NotebookAnswers(new CellService(home), "error");
    answers.openNotebook({
      notebook: "n",
      cells: code.map(({ id, source }) => ({ id, code: [source].flat().join("") })),
    });
    expect(code.flatMap(({ id }) => answers.notebookFaults({ notebook: "n", cell: id }))).toEqual([]);
  });
});

describe("a hover", () => {
  test("tells the type, and what the author says, of a name from a cell above", () => {
    const cells = [
      "/** Counts.\n * @returns the count */\nfunction count(n: number) { return n; }\nconst total = count(1);",
      "count(total)",
    ];
    const { answers, at } = notebook(cells);
    expect(answers.hover(at("b", "count"))).toEqual({
      from: 0,
      to: 5,
      signature: "count(n: number): number",
      documentation: "Counts.\n\n@returns the count",
    });
    expect(answers.hover(at("b", "total"))).toMatchObject({ from: 6, to: 11, signature: "const total: number" });
  });

  test("is nothing where nothing is named", () => {
    const { answers } = notebook(["1 + 1", ""]);
    expect(answers.hover({ notebook: "n", cell: "a", at: 2 })).toBe(null);
    expect(answers.hover({ notebook: "n", cell: "b", at: 0 })).toBe(null);
    expect(answers.hover({ notebook: "n", cell: "a", at: 99 })).toBe(null);
  });
});

describe("a definition", () => {
  const cells = [
    'import { join } from "node:path";\nlet n = 1;\nfunction f() { const inner = n; return inner; }\ninterface Row { id: number }',
    "const row: Row = { id: f() + n };\njoin(String(row.id));",
    "n; nothing;",
  ];

  test("is in the cell that declares the name", () => {
    const { answers, at } = notebook(cells);
    const textAt = (place: { notebook: string; cell: string; at: number }) => {
      const found = answers.definition(place);
      return found && "cell" in found
        ? [found.cell, cells[found.cell.charCodeAt(0) - 97]?.slice(found.from), found.to - found.from]
        : found;
    };
    expect(textAt(at("b", "Row"))).toEqual(["a", "Row { id: number }", 3]);
    expect(textAt(at("b", "f\\(\\)"))).toEqual(["a", expect.stringMatching(/^f\(\) \{/), 1]);
    expect(textAt(at("b", "n \\}"))).toEqual(["a", expect.stringMatching(/^n = 1/), 1]);
    expect(textAt(at("c", "n"))).toEqual(["a", expect.stringMatching(/^n = 1/), 1]);
    expect(textAt(at("b", "id\\)"))).toEqual(["a", "id: number }", 2]);
    expect(textAt(at("a", "inner;"))).toEqual(["a", expect.stringMatching(/^inner = n/), 5]);
    expect(textAt(at("b", "join"))).toEqual(["a", expect.stringMatching(/^join \} from/), 4]);
  });

  test("is elsewhere, or nowhere", () => {
    const { answers, at } = notebook(cells, ["const nothing = 1;"]);
    expect(answers.definition(at("b", "String"))).toEqual({ elsewhere: expect.stringMatching(/\.d\.ts$/) });
    expect(answers.definition(at("c", "nothing"))).toEqual({
      elsewhere: "a cell that is not in this notebook any more",
    });
    expect(answers.definition({ notebook: "n", cell: "c", at: 2 })).toBe(null);
  });
});

describe("a rename", () => {
  const renamed = (cells: readonly string[], cell: string, word: string, to: string, n = 0) => {
    const { answers, at } = notebook(cells);
    return edited(cells, answers.rename({ ...at(cell, word, n), name: to }));
  };

  test("goes through all cells that have the name from one, and leaves another of the same name", () => {
    const cells = ["let n = 1;", "n += 1; const o = { n };", "const n = 'other';", "n;"];
    const expected = ["let count = 1;", "count += 1; const o = { n: count };", ...cells.slice(2)];
    expect(renamed(cells, "a", "n", "count")).toEqual(expected);
    expect(renamed(cells, "b", "n", "count")).toEqual(expected);
    expect(renamed(cells, "d", "n", "count")).toEqual([...cells.slice(0, 2), "const count = 'other';", "count;"]);
  });

  test("goes through functions, classes, types and imports", () => {
    const cells = [
      'import { join } from "node:path";\nfunction f() {}\nclass C {}\ntype T = C;',
      "f(); new C() as T; join('a');",
    ];
    expect(renamed(cells, "b", "f", "g")).toEqual([cells[0]?.replace("f()", "g()"), cells[1]?.replace("f", "g")]);
    expect(renamed(cells, "a", "C", "D")[1]).toBe("f(); new D() as T; join('a');");
    expect(renamed(cells, "b", "T", "U")[0]).toMatch(/type U = C;$/);
    expect(renamed(cells, "b", "join", "glue")).toEqual([
      cells[0]?.replace("join", "join as glue"),
      "f(); new C() as T; glue('a');",
    ]);
  });

  test("goes through members and local names", () => {
    const cells = [
      "interface Row { id: number }\nconst row: Row = { id: 1 };",
      "function f(id: number) { return { id, row: row.id }; }",
    ];
    expect(renamed(cells, "b", "id", "key", 2)).toEqual([
      "interface Row { key: number }\nconst row: Row = { key: 1 };",
      "function f(id: number) { return { id, row: row.key }; }",
    ]);
    expect(renamed(cells, "b", "id", "key")).toEqual([
      cells[0],
      "function f(key: number) { return { id: key, row: row.id }; }",
    ]);
  });

  test("says why it cannot be", () => {
    const cells = ["const n = 1; const taken = 2;", "n; Math.max(gone);"];
    const { answers, at } = notebook(cells, ["const gone = 1; const known = 2;"]);
    const refusal = (word: string, name: string) => () => answers.rename({ ...at("b", word), name });
    expect(refusal("n", "1st")).toThrow('"1st" is no name that TypeScript allows');
    expect(refusal("n", "class")).toThrow("is no name");
    expect(refusal("n", "a b")).toThrow("is no name");
    expect(refusal("n", "taken")).toThrow('"taken" is declared already');
    expect(refusal("n", "known")).toThrow('"known" is declared already');
    expect(refusal("gone", "here")).toThrow("is declared in a cell that is not in this notebook");
    expect(refusal("max", "most")).toThrow("cannot rename");
    expect(refusal(" Math", "x")).toThrow("cannot rename");
  });
});

describe("layout", () => {
  test("of imports sorts and joins them, and leaves out names that no cell uses", () => {
    const cells = [
      'import { resolve, join } from "node:path";\nimport { readFileSync } from "node:fs";\nimport { basename, type ParsedPath } from "node:path";\nbasename("a");',
      'join("a"); let p: ParsedPath;',
      "const n = 1;",
    ];
    const { answers, codes } = notebook(cells);
    expect(edited(cells, answers.organizeImports({ notebook: "n", cell: "a" }))[0]).toBe(
      'import { basename, join, type ParsedPath } from "node:path";\nbasename("a");',
    );
    expect(answers.organizeImports({ notebook: "n", cell: "c" })).toEqual({});
    expect(["a", "b", "c"].map(codes)).toEqual([[], [], []]);
  });

  test("of imports is that of the cell that is asked about, one straight after another", () => {
    const cells = ["label.toFixed(1);", 'import { join, resolve } from "node:path";\njoin("a");'];
    const { answers } = notebook(cells);
    expect(answers.organizeImports({ notebook: "n", cell: "a" })).toEqual({});
    expect(edited(cells, answers.organizeImports({ notebook: "n", cell: "b" }))[1]).toBe(
      'import { join } from "node:path";\njoin("a");',
    );
  });
});
