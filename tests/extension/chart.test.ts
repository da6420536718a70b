import { describe, expect, it } from "vitest";
import { safeEmbedOptions } from "../../extension/src/embed-options.js";
import { vegaLiteProblem, vegaProblem } from "../../extension/src/problem.js";
import { hasOwnGround } from "../../extension/src/themes.js";
import { VEGA_LITE_MIME, VEGA_MIME } from "../../extension/src/mime.js";
import * as kernel from "../../kernel/display/vega-spec.js";

const all = { svg: true, png: true, pdf: true, source: true, editor: true };

describe("the renderer", () => {
  it("draws what the kernel sends", () => {
    expect([VEGA_LITE_MIME, VEGA_MIME]).toEqual([kernel.VEGA_LITE_MIME, kernel.VEGA_MIME]);
  });
});

describe("embed_options", () => {
  const options = (embedOptions: unknown) => safeEmbedOptions({ embed_options: embedOptions });

  it("are those of the output's metadata that can harm nobody", () => {
    const given = {
      width: 300,
      height: 200,
      padding: 4,
      scaleFactor: 3,
      hover: true,
      tooltip: false,
      theme: "ggplot2",
    };
    expect(options({ ...given, config: { axis: { grid: false } } })).toEqual({
      ...given,
      config: { axis: { grid: false } },
      actions: all,
    });
    for (const metadata of [undefined, null, 3, {}, { embed_options: [] }])
      expect(safeEmbedOptions(metadata)).toEqual({ actions: all });
  });

  it("name no loader, patch, style, renderer or page elsewhere", () => {
    const hostile = {
      loader: {},
      patch: "//x",
      defaultStyle: "x",
      bind: "body",
      editorUrl: "//x",
      sourceHeader: "<script>",
      ast: false,
    };
    expect(options({ ...hostile, renderer: "canvas", mode: "vega", expr: {}, i18n: {}, formatLocale: {} })).toEqual({
      actions: all,
    });
  });

  it("choose entries of the menu as vega-embed names them", () => {
    expect(options({ actions: true })).toEqual({ actions: all });
    expect(options({ actions: { editor: "https://x", compiled: true } })).toEqual({ actions: all });
    expect(options({ actions: { export: { svg: false }, editor: false } })).toEqual({
      actions: { ...all, svg: false, editor: false },
    });
    expect(options({ actions: { export: false } })).toEqual({
      actions: { svg: false, png: false, pdf: false, source: true, editor: true },
    });
    for (const actions of [false, { export: false, source: false, editor: false }])
      expect(options({ actions })).toEqual({ actions: false });
  });

  it("are dropped where they are out of range or no file's name", () => {
    const wrong = {
      width: -1,
      height: 1e9,
      padding: "4",
      scaleFactor: 99,
      hover: 1,
      tooltip: {},
      theme: "../x",
      config: "//x",
    };
    expect(options(wrong)).toEqual({ actions: all });
    expect(options({ downloadFileName: "../a/b<c>.umap" })).toEqual({
      actions: all,
      downloadFileName: ".._a_b_c_.umap",
    });
  });
});

describe("a ground of its own", () => {
  it("has a spec that names one", () => {
    expect(hasOwnGround({ background: "white" })).toBe(true);
    expect(hasOwnGround({ config: { background: "#ffffff" } })).toBe(true);
    for (const spec of [
      {},
      { background: "transparent" },
      { config: {} },
      { config: { background: null } },
      { config: 3 },
    ]) {
      expect(hasOwnGround(spec)).toBe(false);
    }
  });
});

describe("a wrong spec", () => {
  it("is told by what is wrong, and where", () => {
    const wrong: [unknown, string][] = [
      [null, "spec must be an object, not null"],
      [[], "spec must be an object, not an array"],
      [{}, 'spec has no "mark"'],
      [{ mark: "dot" }, 'spec.mark is "dot"; marks are arc,'],
      [{ mark: { type: 3 } }, "spec.mark.type is 3"],
      [{ mark: "bar", encoding: [] }, "spec.encoding must be an object"],
      [{ layer: {} }, "spec.layer must be an array of views"],
      [{ hconcat: [{ mark: "bar" }, { layer: [{ mark: "bar" }, {}] }] }, 'spec.hconcat[1].layer[1] has no "mark"'],
      [{ facet: { field: "a" } }, 'spec has no "spec"'],
      [{ repeat: ["a"], spec: { mark: "x" } }, 'spec.spec.mark is "x"'],
    ];
    for (const [spec, problem] of wrong) expect(vegaLiteProblem(spec)).toContain(problem);
    expect(vegaProblem({ marks: {} })).toBe("spec.marks must be an array");
    expect(vegaProblem([])).toBe("spec must be an object, not an array");
  });

  it("is no right one", () => {
    const right = [
      { mark: "bar" },
      { mark: { type: "errorband" }, encoding: {} },
      { vconcat: [{ layer: [{ mark: "bar" }] }] },
      { facet: {}, spec: { layer: [{ mark: "text" }] } },
    ];
    for (const spec of right) expect(vegaLiteProblem(spec)).toBeUndefined();
    expect(vegaProblem({ marks: [], data: [] })).toBeUndefined();
  });
});
