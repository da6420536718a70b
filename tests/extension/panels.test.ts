import { describe, expect, it } from "vitest";
import { readableBytes } from "../../extension/src/panels/bytes.js";
import { exportFigures } from "../../extension/src/panels/figure-export.js";
import {
  figuresOf,
  fileNameOf,
  folderOf,
  isSame,
  isSelectable,
  pictureAddress,
} from "../../extension/src/panels/figures.js";
import { hasSvg, svgOf } from "../../extension/src/panels/pictures.js";
import { PROGRESS_MIME, progressOf } from "../../extension/src/panels/progress-content.js";
import { namingField, selectionCell } from "../../extension/src/panels/selection-cell.js";
import { STATUS_TARGET, statusDetail, statusText } from "../../extension/src/panels/status-text.js";
import { chosen, textOfMemory, textOfShape, VARIABLES_TARGET } from "../../extension/src/panels/variables.js";
import { meets } from "../../extension/src/selected-rows.js";
import * as kernelProgress from "../../kernel/display/progress-bar.js";
import * as kernelStatus from "../../kernel/session/status.js";
import * as kernelVariables from "../../kernel/session/variables.js";

const SPEC = "application/vnd.vegalite.v6+json";
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** What is looked at of a notebook whose cells have outputs of these contents. */
const notebook = (...cells: (Record<string, unknown>[] | undefined)[]) =>
  ({
    widgets: cells.map((contents, i) => ({
      model: {
        id: `c${i}`,
        outputs: contents && {
          length: contents.length,
          get: (output: number) => ({ type: "display_data", trusted: true, data: contents[output], metadata: {} }),
        },
      },
    })),
  }) as unknown as Parameters<typeof figuresOf>[0];

describe("what the panels and the kernel call things", () => {
  it("is the same", () => {
    expect([VARIABLES_TARGET, STATUS_TARGET, PROGRESS_MIME]).toEqual([
      kernelVariables.VARIABLES_TARGET,
      kernelStatus.STATUS_TARGET,
      kernelProgress.PROGRESS_MIME,
    ]);
    const state = { label: "a", value: 1, total: 4, elapsedMs: 1000, phase: "running" } as const;
    const content = kernelProgress.progressBar(state)[PROGRESS_MIME];
    expect(progressOf(content)).toEqual(content);
  });
});

describe("variables", () => {
  const variables = [
    { name: "b", type: "Array", preview: "", shape: [2700, 32738], memory: { bytes: 5, isExact: true } },
    { name: "a", type: "string", preview: "", memory: { bytes: 1_500_000, isExact: false } },
    { name: "count", type: "number", preview: "" },
  ];
  const names = (...choice: Parameters<typeof chosen>) => chosen(...choice).map(({ name }) => name);

  it("are found by name and type, whatever the case", () => {
    expect(names(variables, " ARR", "order")).toEqual(["b"]);
    expect(names(variables, "count", "order")).toEqual(["count"]);
    expect(names(variables, "bArray", "order")).toEqual([]);
  });

  it("are sorted by name, by type, or the largest first, and stay as they are otherwise", () => {
    expect(names(variables, "", "order")).toEqual(["b", "a", "count"]);
    expect(names(variables, "", "name")).toEqual(["a", "b", "count"]);
    expect(names(variables, "", "type")).toEqual(["b", "count", "a"]);
    expect(names(variables, "", "memory")).toEqual(["a", "b", "count"]);
    expect(variables[0]?.name).toBe("b");
  });

  it("tell shape and memory as people write them", () => {
    expect(variables.map(textOfShape)).toEqual(["2,700 × 32,738", "", ""]);
    expect(variables.map(textOfMemory)).toEqual(["5 B", "≈ 1.5 MB", ""]);
    expect([0, 999, 1000, 9_949, 9_950, 999_499, 999_500, 2.5e13, 1e18].map(readableBytes)).toEqual([
      ...["0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "999 kB", "1.0 MB", "25 TB", "1000000 TB"],
    ]);
  });
});

describe("figures", () => {
  it("are the charts and pictures of all cells, called by title, description or place", () => {
    const found = figuresOf(
      notebook(
        undefined,
        [{ "text/plain": "1" }, { [SPEC]: { title: { text: ["UMAP\n", "of cells"] } }, "image/png": PIXEL }],
        [{ "image/svg+xml": ["<svg>", "</svg>"] }, { [SPEC]: { description: "Counts" } }],
        [{ "application/vnd.vega.v5+json": {} }, { "image/jpeg": "AA==" }],
      ),
    );
    expect(found.map(({ key, title }) => [key, title])).toEqual([
      ["c1/1", "UMAP of cells"],
      ["c2/0", "Figure of cell 3"],
      ["c2/1", "Counts"],
      ["c3/0", "Figure of cell 4"],
      ["c3/1", "Figure of cell 4"],
    ]);
    expect(found.map(pictureAddress)).toEqual([
      `data:image/png;base64,${PIXEL}`,
      "data:image/svg+xml;charset=utf-8,%3Csvg%3E%3C%2Fsvg%3E",
      undefined,
      undefined,
      "data:image/jpeg;base64,AA==",
    ]);
  });

  it("are new where a picture or a title has changed", () => {
    const look = (data: Record<string, unknown>) => figuresOf(notebook([data]))[0]!;
    const first = look({ [SPEC]: {}, "image/png": "AA==" });
    expect(isSame(first, look({ [SPEC]: {}, "image/png": "AA==" }))).toBe(true);
    expect(isSame(first, look({ [SPEC]: {}, "image/png": "BB==" }))).toBe(false);
    expect(isSame(first, look({ [SPEC]: { title: "t" }, "image/png": "AA==" }))).toBe(false);
    expect(isSame(first, undefined)).toBe(false);
  });

  it("can be selected in where a parameter is a selection", () => {
    expect(isSelectable({ data: { [SPEC]: { layer: [{ params: [{ name: "b", select: "interval" }] }] } } })).toBe(true);
    expect(isSelectable({ data: { [SPEC]: { params: [{ name: "b", value: 1 }] } } })).toBe(false);
    expect(isSelectable({ data: { "image/png": "" } })).toBe(false);
  });

  it("are not drawn where the notebook is not trusted", async () => {
    const [figure] = figuresOf(notebook([{ [SPEC]: { mark: "bar" }, "image/png": PIXEL }]));
    expect(hasSvg(figure!)).toBe(true);
    const untrusted = { ...figure!, trusted: false };
    expect(hasSvg(untrusted)).toBe(false);
    await expect(svgOf(untrusted)).rejects.toThrow("no SVG");
  });

  it("are saved beside the notebook under names that every disk takes", async () => {
    expect(folderOf("a/b.ipynb")).toBe("a/b-figures");
    expect(fileNameOf({ title: "../UMAP: é <cells>/½ " }, 3)).toBe("03-umap-e-cells-12");
    expect(fileNameOf({ title: "日本" }, 12)).toBe("12-figure");
    const saved: [string, string | undefined][] = [];
    const contents = {
      save: async (path: string, { content, type }: { content?: string; type?: string }) => {
        if (path.endsWith(".svg")) throw new Error("disk full");
        saved.push([path, type === "directory" ? type : content]);
      },
    } as unknown as Parameters<typeof exportFigures>[0];
    const figures = figuresOf(
      // Of a version that is not drawn here: no PDF can be made of it.
      notebook([
        { "application/vnd.vegalite.v5+json": { title: "A" }, "image/png": PIXEL, "image/svg+xml": "<svg></svg>" },
      ]),
    );
    expect(await exportFigures(contents, "n.ipynb", figures)).toEqual({
      folder: "n-figures",
      files: 2,
      problems: ["n-figures/01-a.svg: disk full"],
    });
    expect(saved).toEqual([
      ["n-figures", "directory"],
      ["n-figures/01-a.png", PIXEL],
      ["n-figures/01-a.vl.json", '{\n  "title": "A"\n}'],
    ]);
  });
});

describe("a selection", () => {
  const at = (type: string, value: unknown) => ({ fields: [{ field: "x", type }], values: [value] });

  it("is met by what lies in its ranges and lists, as Vega-Lite means them", () => {
    const within = (type: string) => [1, 2, 3].map((x) => meets({ x }, at(type, [3, 1])));
    expect(within("R")).toEqual([true, true, true]);
    expect(within("R-E")).toEqual([false, true, false]);
    expect(within("R-LE")).toEqual([false, true, true]);
    expect(within("R-RE")).toEqual([true, true, false]);
    expect(["a", "b"].map((x) => meets({ x }, at("E", ["b", "c"])))).toEqual([false, true]);
    expect(meets({ x: "a" }, at("E", "a"))).toBe(true);
    expect(meets({ x: new Date(5) }, at("E", 5))).toBe(true);
    expect(meets({ x: new Date(5) }, at("R", [4, 6]))).toBe(true);
    expect(meets({}, at("R", [0, 1]))).toBe(false);
    expect(meets({ x: null }, at("R", [-1, 1]))).toBe(false);
    expect(meets({ a: { b: 1 } }, { fields: [{ field: "a.b", type: "E" }], values: [1] })).toBe(true);
    expect(meets({ x: 1 }, { fields: [], values: [] })).toBe(false);
  });

  const all = ["c1", "c2", "c3"].map((cell, i) => ({ type: "T", label: `l${i}`, cell, _vgsid_: i }));

  it("is written by the field that names the rows", () => {
    expect(namingField(all)).toBe("cell");
    expect(
      namingField([
        { kind: "T", label: "a" },
        { kind: "T", label: "b" },
      ]),
    ).toBe("label");
    expect(namingField([{ x: 1 }, { x: 2 }])).toBe(undefined);
    expect(selectionCell({ rows: all.slice(1), all }, "UMAP", "typescript")).toBe(
      '// 2 selected in "UMAP", by cell\nconst selected = [\n  "c2",\n  "c3",\n];',
    );
    expect(selectionCell({ rows: all.slice(2), all }, "UMAP", "python")).toBe(
      '# 1 selected in "UMAP", by cell\nselected = [\n  "c3",\n]',
    );
  });

  it("is written row by row where nothing names them, and not beyond a thousand", () => {
    const rows = Array.from({ length: 1200 }, (_, i) => ({ x: i, _vgsid_: i }));
    const source = selectionCell({ rows, all: rows }, "many", "typescript");
    expect(source).toContain('// 1200 selected in "many", here the first 1000');
    expect(source).toContain('  {"x":999},\n];');
    expect(source).not.toContain("_vgsid_");
  });

  it("cannot leave the comment or the text that it is written in", () => {
    const hostile = [{ cell: '"];\nprocess.exit();//' }];
    const title = "x\nprocess.exit()\r\u2028process.exit()";
    const lines = selectionCell({ rows: hostile, all: hostile }, title, "typescript").split(/[\n\r\u2028\u2029]/);
    expect(lines).toEqual([
      '// 1 selected in "x process.exit() process.exit()", by cell',
      "const selected = [",
      '  "\\"];\\nprocess.exit();//",',
      "];",
    ]);
  });
});

describe("the status", () => {
  const memory = { rss: 512e6, heap: 2e8, external: 1e6 };

  it("tells language, backend and memory, as far as they are known", () => {
    expect(statusText({ memory }, "TypeScript 6.0.3")).toBe("TypeScript 6.0.3 · 512 MB");
    const backend = { name: "tensorflow", device: "CPU" };
    expect(statusText({ memory, backend }, "TypeScript 6.0.3")).toBe("TypeScript 6.0.3 · tensorflow CPU · 512 MB");
    expect(
      statusDetail({ memory, backend: { name: "wasm" }, tensors: { count: 3, bytes: 1000 } }, "TS").split("\n"),
    ).toEqual([
      "Kernel's language: TS",
      "Computes with wasm",
      "Memory of the session: 512 MB, of it JavaScript 200 MB, buffers 1.0 MB",
      "Tensors: 3, 1.0 kB",
    ]);
  });
});

describe("a bar", () => {
  it("shows something whatever its output holds", () => {
    for (const wrong of [undefined, null, 3, "x", [], { label: 3, fraction: "x", phase: 1 }]) {
      expect(progressOf(wrong)).toEqual({ label: "", detail: "", fraction: null, phase: "done" });
    }
    expect(progressOf({ fraction: 7, phase: "running" })).toMatchObject({ fraction: 1, phase: "running" });
  });
});
