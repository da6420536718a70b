import { parse, View, type Spec } from "vega";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Budget } from "../../extension/src/guards/budget.js";
import { guardedInterpreter } from "../../extension/src/guards/interpreter.js";
import { guardedLoader } from "../../extension/src/guards/loader.js";
import { isPageObject, safeGetter } from "../../extension/src/guards/page-object.js";
import { copySpec, guardSpec } from "../../extension/src/guards/spec.js";
import { formatTooltip } from "../../extension/src/guards/tooltip.js";

/** Vega's error log. */
const recorder = (errors: string[]) => {
  const log = {
    level: () => log,
    error: (error: unknown) => (errors.push(error instanceof Error ? error.message : String(error)), log),
    warn: () => log,
    info: () => log,
    debug: () => log,
  };
  return log;
};

/** The value that a signal gets from an expression, and what was refused on the way. */
const evaluate = async (expression: string, extra: object = {}, budget = new Budget()) => {
  const spec = { signals: [{ name: "result", init: expression }], ...extra } as unknown as Spec;
  const errors: string[] = [];
  try {
    const view = new View(parse(spec, {}, { ast: true }), {
      renderer: "none",
      expr: guardedInterpreter(budget),
      loader: guardedLoader(),
      logger: recorder(errors) as never,
    });
    await view.runAsync();
    return { value: view.signal("result") as unknown, errors, view };
  } catch (error) {
    return { value: undefined, errors: [...errors, (error as Error).message], view: undefined };
  }
};

/** An object as a browser makes them: it carries a tag. */
class FakeElement extends EventTarget {
  readonly secret = "secret";
}

afterEach(() => vi.useRealTimers());

describe("objects of the page", () => {
  it("are events, targets, other objects of the browser, and functions", () => {
    for (const value of [new EventTarget(), new Event("x"), new FakeElement(), new URL("a:b"), globalThis, () => 1]) {
      expect(isPageObject(value)).toBe(true);
    }
    class Item {
      readonly x = 1;
    }
    const plain = [
      {},
      Object.create(null),
      [],
      new Date(),
      /x/,
      new Map(),
      new Float64Array(1),
      new Item(),
      1,
      "x",
      null,
    ];
    for (const value of [...plain, undefined]) expect(isPageObject(value)).toBe(false);
  });

  it("are no step of a path", () => {
    expect(safeGetter(["a", "b"])({ a: { b: 3 } })).toBe(3);
    expect(() => safeGetter(["a", "secret"])({ a: new FakeElement() })).toThrow('may not read "a"');
  });
});

describe("the interpreter", () => {
  it("computes what Vega's own computes", async () => {
    const expressions = {
      "1 + 2 * 3": 7,
      "pluck([{a: {b: 1}}, {a: {b: 2}}], 'a.b')": [1, 2],
      "pluck({a: 4}, 'a')": 4,
      "sequence(3)": [0, 1, 2],
      "sequence(1, 2, 0.5)": [1, 1.5],
      "sequence(3, 0, -1)": [3, 2, 1],
      "{a: [1, {b: 'x'}]}.a[1]['b']": "x",
      "length(data('rows'))": 2,
      "if(data('rows')[1].n > 1, upper('yes'), 'no')": "YES",
    };
    const data = [{ name: "rows", values: [{ n: 1 }, { n: 2 }] }];
    for (const [expression, value] of Object.entries(expressions)) {
      const result = await evaluate(expression, { data });
      expect(result.errors, expression).toEqual([]);
      expect(result.value, expression).toEqual(value);
    }
  });

  it("refuses members that belong to the page", async () => {
    const data = [
      { name: "rows", values: [{ element: new FakeElement(), nested: { event: new Event("x") }, act: () => 1 }] },
    ];
    const reaching = [
      "data('rows')[0].element.secret",
      "data('rows')[0]['ele' + 'ment']",
      "data('rows')[0].nested.event.type",
      "data('rows')[0].act",
      "pluck(data('rows'), 'element.secret')",
      "pluck(data('rows')[0], 'nested.event')",
      "vlSelectionTuples([{datum: data('rows')[0]}], {unit: '', fields: [{field: 'element.secret'}]})",
      "vlSelectionTuples([{datum: data('rows')[0]}], {unit: '', fields: [{field: 'element'}]})",
    ];
    for (const expression of reaching) {
      const { value, errors } = await evaluate(expression, { data });
      expect(errors.join(), expression).toMatch(/belongs to the page/);
      expect(value, expression).toBeUndefined();
    }
  });

  it("refuses fields of transforms and selections that lead into the page", async () => {
    const values = [{ element: new FakeElement() }];
    const project = {
      name: "rows",
      values,
      transform: [{ type: "project", fields: ["element.secret"], as: ["text"] }],
    };
    const projected = await evaluate("0", { data: [project] });
    expect(projected.errors.join()).toMatch(/belongs to the page/);

    const store = {
      name: "store",
      values: [{ unit: "", fields: [{ field: "element.secret", type: "E" }], values: ["secret"] }],
    };
    const test = (field: string) => ({ ...store, values: [{ ...store.values[0], fields: [{ field, type: "E" }] }] });
    const tested = await evaluate("vlSelectionTest('store', data('rows')[0])", {
      data: [{ name: "rows", values }, test("element.secret")],
    });
    expect(tested.errors.join()).toMatch(/belongs to the page/);
    const plain = { name: "rows", values: [{ a: { b: "secret" } }] };
    const harmless = await evaluate("vlSelectionTest('store', data('rows')[0])", { data: [plain, test("a.b")] });
    expect(harmless.value).toBeTruthy();
  });

  it("hides the page from handlers of events", async () => {
    const handled = async (update: string) => {
      const signals = [{ name: "result", value: "-", on: [{ events: { type: "click", source: "view" }, update }] }];
      const { view, errors } = await evaluate("0", { signals });
      const event = { type: "click", view: new FakeElement(), clientX: 7, preventDefault: () => undefined };
      for (const { handler } of (
        view as unknown as { _handler: { _handlers: Record<string, { handler: (event: object) => void }[]> } }
      )._handler._handlers.click ?? []) {
        handler(event);
      }
      await view?.runAsync();
      return { value: view?.signal("result") as unknown, errors };
    };
    expect(await handled("event.type + event.clientX")).toEqual({ value: "click7", errors: [] });
    const { value, errors } = await handled("event.view.secret");
    expect(value).toBe("-");
    expect(errors.join()).toMatch('may not read "view"');
  });

  it("makes no array of a thousand million values", async () => {
    for (const expression of ["sequence(1e9)", "sequence(0, 1e9)", "sequence(0, 1, 1e-9)", "sequence(1e9, 0, -1)"]) {
      expect((await evaluate(expression)).errors.join(), expression).toMatch("a sequence may have 1000000 values");
    }
  });
});

describe("the time of a chart", () => {
  it("is limited while the page waits, and begins anew when the page had a turn", async () => {
    let now = 0;
    const budget = new Budget(100, () => now);
    const work = () => {
      for (let i = 0; i < 300; i++) budget.tick();
    };
    work();
    now = 90;
    work();
    now = 101;
    expect(work).toThrow("kept the page waiting for 0.1 seconds");
    await new Promise((resolve) => setTimeout(resolve));
    expect(work).not.toThrow();
  });

  it("ends a spec with hours of work", async () => {
    const transform = [
      { type: "sequence", start: 0, stop: 100_000 },
      { type: "formula", as: "n", expr: "length(sequence(100000))" },
    ];
    const { errors } = await evaluate("0", { data: [{ name: "rows", transform }] }, new Budget(100));
    expect(errors.join()).toMatch("the chart was stopped");
  });

  it("ends a spec that doubles its data again and again", async () => {
    const encode = { update: { text: { signal: "modify('rows', {m: result})" } } };
    const signals = [{ name: "result", update: "length(data('rows'))" }];
    const marks = [{ type: "text", from: { data: "rows" }, encode }];
    const { errors } = await evaluate("0", { data: [{ name: "rows", values: [{}] }], signals, marks });
    expect(errors.join()).toMatch("its data grew to");
  });
});

describe("the loader", () => {
  it("loads nothing", async () => {
    const loader = guardedLoader();
    await expect(loader.load("data.json")).rejects.toThrow("may not load data from data.json");
    await expect(loader.http("https://example.org", {})).rejects.toThrow("may not load");
    await expect(loader.file("/etc/hosts")).rejects.toThrow("may not load");
  });

  it("opens pages of the web apart from this one, and shows only pictures that lie in the spec", async () => {
    const { sanitize } = guardedLoader();
    const link = { href: "https://example.org/", target: "_blank", rel: "noopener noreferrer" };
    await expect(sanitize("https://example.org/", { context: "href" })).resolves.toEqual(link);
    const picture = "data:image/png;base64,iVBORw0KGgo=";
    await expect(sanitize(picture, { context: "image" })).resolves.toEqual({ href: picture });
    for (const address of ["javascript:alert(1)", "data:text/html,x", "//example.org", "file:///etc", " https://a"]) {
      await expect(sanitize(address, { context: "href" }), address).rejects.toThrow("may not use the address");
    }
    for (const address of ["https://example.org/a.png", "data:image/svg+xml;base64,AA==", 'data:image/png;base64,"x']) {
      await expect(sanitize(address, { context: "image" }), address).rejects.toThrow("may not use the address");
    }
  });
});

describe("a spec", () => {
  it("is copied without what would override the caller or change prototypes", () => {
    const spec = JSON.parse(
      '{"mark": "bar", "usermeta": {"embedOptions": {}}, "config": {"__proto__": {"x": 1}}}',
    ) as object;
    const copy = copySpec(spec);
    expect(copy).toEqual({ mark: "bar", config: {} });
    expect(Object.keys(copy.config as object)).toEqual([]);
    expect(spec).toHaveProperty("usermeta");
    expect(copySpec({ data: { values: [{ a: 1 }] } })).toEqual({ data: { values: [{ a: 1 }] } });
  });

  it("gets no keys of the window, no cursor of the page, and keeps its configuration", () => {
    const events = { window: true, selector: true, globalCursor: true, bind: "any" };
    const { config } = guardSpec({ config: { axis: { grid: true }, events } } as unknown as Spec) as unknown as {
      config: { axis: object; events: { window: string[]; selector: boolean; globalCursor: boolean; bind: string } };
    };
    expect(config.axis).toEqual({ grid: true });
    expect(config.events).toMatchObject({ selector: false, globalCursor: false, bind: "container" });
    expect(config.events.window).toContain("pointermove");
    expect(config.events.window.filter((type) => type.includes("key"))).toEqual([]);
  });

  it("places no inputs elsewhere, and none that run or load something, at any depth", () => {
    const bind = {
      input: "text",
      element: "body",
      onfocus: "alert(1)",
      src: "//x",
      style: "x",
      class: "x",
      placeholder: "gene",
    };
    const given = [
      { name: "a", bind },
      { name: "b", bind: { element: "#input", event: "focus" } },
      { name: "c", bind: { input: "IMAGE", src: "//x" } },
      { name: "d", bind: { input: "file" } },
      { name: "e", bind: { input: "range", min: 0, max: 9, step: 1 } },
      { name: "f", bind: "scales" },
    ];
    const kept = [
      { name: "a", bind: { input: "text", placeholder: "gene" } },
      { name: "b", bind: { input: "text" } },
      { name: "c" },
      { name: "d" },
      { name: "e", bind: { input: "range", min: 0, max: 9, step: 1 } },
      { name: "f" },
    ];
    const spec = {
      signals: given,
      marks: [{ type: "group", marks: [{ type: "group", signals: structuredClone(given) }] }],
    };
    expect(guardSpec(structuredClone(spec) as unknown as Spec)).toMatchObject({
      signals: kept,
      marks: [{ type: "group", marks: [{ type: "group", signals: kept }] }],
    });
  });

  it("makes no data of a thousand million rows", () => {
    const transform = [{ type: "sequence", start: 0, stop: 1e9 }];
    expect(() => guardSpec({ data: [{ name: "rows", transform }] } as unknown as Spec)).toThrow("1000000 rows");
    expect(() =>
      guardSpec({ marks: [{ type: "group", data: [{ name: "rows", transform }] }] } as unknown as Spec),
    ).toThrow("1000000 rows");
    const short = [{ type: "sequence", start: 0, stop: 10, step: { signal: "step" } }];
    expect(() => guardSpec({ data: [{ name: "rows", transform: short }] } as unknown as Spec)).not.toThrow();
  });
});

describe("a tooltip", () => {
  const html = (value: unknown) => String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const format = (value: unknown) => formatTooltip(value, html, 2, "");

  it("shows values as text", () => {
    expect(format("<b>")).toBe("&lt;b>");
    expect(format({ gene: "<b>CD3</b>" })).toContain("&lt;b>CD3&lt;/b>");
  });

  it("shows only pictures that lie in the spec", () => {
    const hostile = [
      'x:"onerror="alert(1)',
      "https://example.org/a.png",
      'data:image/png;base64,"onerror="x',
      { toString: 1 },
    ];
    for (const image of hostile) expect(format({ image })).not.toContain("<img");
    vi.stubGlobal("location", { href: "http://localhost/" });
    expect(format({ image: "data:image/png;base64,AAAA" })).toBe('<img src="data:image/png;base64,AAAA">');
    vi.unstubAllGlobals();
  });
});
