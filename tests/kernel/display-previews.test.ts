import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, type Executed } from "./kernel-client.js";
import { ROOT } from "./python.js";

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(join(ROOT, "notebooks")));
afterAll(() => kernel.close());

const result = ({ messages, reply }: Executed): Record<string, string> => {
  expect(reply?.content["status"], JSON.stringify(reply?.content["traceback"])).toBe("ok");
  const { content } = messages.find(({ type }) => type === "execute_result") ?? {};
  return content?.["data"] as Record<string, string>;
};
const preview = async (code: string): Promise<Record<string, string>> => result(await kernel.execute(code));
const lines = (...text: string[]): string => text.join("\n");

/** Apache Arrow and arquero keep what is read of them in fields and in methods of the class, as these do. */
const ARROW = `class Float64 { typeId = 3; toString() { return "Float64" } }
class Time { typeId = 10; toString() { return "Timestamp<MILLISECOND>" } }
class Vector { constructor(type, values) { this.type = type; this.length = values.length; this.get = (i) => values[i] } getChildAt() { return null } toArray() {} }
class ArrowTable {
  constructor(schema, columns) { this.schema = schema; this.columns = columns }
  get numRows() { return this.columns[0].length }
  getChildAt(i) { return this.columns[i] } getChild() {} selectAt() {}
}
const fields = [{ name: "x", type: new Float64() }, { name: "<when>", type: new Time() }];`;
const ARQUERO = `class ColumnTable {
  constructor(columns, order) { this._data = columns; this._order = order }
  numRows() { return this._order.length } numCols() { return 2 } columnNames() { return Object.keys(this._data) }
  get(name, row = 0) { return this._data[name][this._order[row]] } columnAt() {} indices() {} reify() {} scan() {}
}`;

describe("tables", () => {
  test("of Apache Arrow have their columns' types", async () => {
    const { "text/html": html, "text/plain": text } = await preview(
      `${ARROW} new ArrowTable({ fields }, [new Vector(fields[0].type, [1 / 3, null]), new Vector(fields[1].type, [0, 1000])])`,
    );
    expect(text).toBe(
      lines(
        "          x                    <when>",
        "    Float64    Timestamp<MILLISECOND>",
        "0  0.333333  1970-01-01T00:00:00.000Z",
        "1      null  1970-01-01T00:00:01.000Z",
        "2 × 2",
      ),
    );
    expect(html).toContain("<th>&lt;when&gt;</th>");
    expect(html).toContain("<tr><th>1</th><td>null</td>");
  });

  test("of arquero have the rows that are left, in their order", async () => {
    const { "text/html": html, "text/plain": text } = await preview(
      `${ARQUERO} new ColumnTable({ gene: ["a", "b", "c"], n: [1, 2, 3.123456789] }, [2, 0])`,
    );
    expect(text).toBe(lines("   gene        n", "0     c  3.12346", "1     a        1", "2 × 2"));
    expect(html).toContain("<p>2 × 2</p>");
  });

  test("of danfo.js have their index", async () => {
    const { "text/html": html, "text/plain": text } = await preview(
      `import * as dfd from "danfojs-node";
       const frame = new dfd.DataFrame({ gene: ["CD3D", "<GNLY>"], n: [1, null] }, { index: ["t", "nk"] }); frame`,
    );
    expect(html).toContain("<tr><th>nk</th><td>&lt;GNLY&gt;</td><td>null</td></tr>");
    expect(text).toContain("CD3D");
    expect((await preview(`frame["gene"]`))["text/html"]).toContain("<td>CD3D</td>");
  });

  test("of many rows and columns show both ends of the rows and the first columns", async () => {
    const { "text/html": html, "text/plain": text } = await preview(
      `${ARQUERO} new ColumnTable(Object.fromEntries(Array.from({ length: 40 }, (_, j) => ["column" + j, { 0: j }])), new Array(1e6).fill(0))`,
    );
    expect(html?.match(/<tr>/g)).toHaveLength(22);
    expect(html).toContain("<th>column29</th><th>…</th>");
    expect(html).toContain("<th>999999</th>");
    expect(text).toContain("1000000 × 40");
    expect(Math.max(...(text ?? "").split("\n").map((line) => line.length))).toBeLessThan(125);
  });
});

test("an AnnData is summed up, as text and as a table", async () => {
  const { "text/html": html, "text/plain": text } = await preview(
    `import { AnnData, DenseMatrix } from "diffrepairer"; const X = DenseMatrix.fromRows([[1, 2], [3, 4], [5, 6]]);
     new AnnData({ X, layers: { counts: X }, obsm: { X_pca: X } })`,
  );
  expect(text).toContain("n_obs × n_vars = 3 × 2");
  expect(text).toContain("counts");
  expect(html).toContain("X_pca");
});

describe("arrays", () => {
  test("that are short are shown whole", async () => {
    expect(await preview("new Float32Array(3)")).toEqual({ "text/plain": "Float32Array(3) [ 0, 0, 0 ]" });
    expect((await preview("new BigInt64Array(200)"))["text/plain"]).toContain("0n");
    expect((await preview("Buffer.alloc(200)"))["text/plain"]).toContain("<Buffer 00");
  });

  test("of ten million numbers show both ends, and what the numbers are like", async () => {
    expect(await preview("const many = new Float64Array(1e7).map((_, i) => i / 2); many[5] = NaN; many")).toEqual({
      "text/plain": lines(
        "Float64Array(10000000) [",
        "  0, 0.5, 1, 1.5, 2, NaN, 3, 3.5, 4, 4.5,",
        "  ... 9999987 more items,",
        "  4999998.5, 4999999, 4999999.5",
        "]",
        "min 0, max 4999999.5, mean 2500000, 1 NaN",
      ),
    });
  });

  test("of Arrow have their type", async () => {
    expect(await preview(`${ARROW} new Vector(fields[0].type, [1, null])`)).toEqual({
      "text/plain": "Vector<Float64>(2) [ 1, null ]",
    });
    const { "text/plain": long } = await preview(
      `${ARROW} new Vector(fields[0].type, Array.from({ length: 1000 }, (_, i) => i))`,
    );
    expect(long).toMatch(/^Vector<Float64>\(1000\) \[[\s\S]*\.\.\. 900 more items\s*\]$/);
  });
});

describe("tensors", () => {
  beforeAll(async () => {
    await kernel.execute(`import * as tf from "@tensorflow/tfjs"; await tf.setBackend("cpu")`);
  });

  test("have type, shape and values", async () => {
    expect(await preview("const t = tf.tensor2d([[1, 2.5], [3, 4]]); t")).toEqual({
      "text/plain": lines("Tensor float32 [2, 2]", "[[1, 2.5],", " [3, 4  ]]"),
    });
    expect((await preview("tf.scalar('a')"))["text/plain"]).toBe(lines("Tensor string []", "a"));
    expect((await preview("tf.zeros([100, 100])"))["text/plain"]).toContain("..., 0, 0, 0]");
  });

  test("that are variables have their name", async () => {
    expect((await preview("tf.variable(tf.scalar(2), true, 'weight')"))["text/plain"]).toMatch(
      /^Variable "weight" float32 \[\]\n2$/,
    );
  });

  test("that are disposed say so", async () => {
    expect((await preview("t.dispose(); t"))["text/plain"]).toBe("Tensor float32 [2, 2], disposed");
  });
});

describe("pictures", () => {
  test.each([
    ["image/png", "[137, 80, 78, 71, 13, 10, 26, 10, 0]"],
    ["image/jpeg", "[255, 216, 255, 224]"],
    ["image/gif", "[71, 73, 70, 56, 57, 97]"],
  ])("are the bytes of a file of type %s", async (mime, bytes) => {
    const data = await preview(`Uint8Array.from(${bytes})`);
    expect(Buffer.from(data[mime] ?? "", "base64")).toEqual(Buffer.from(JSON.parse(bytes) as number[]));
    expect(data["text/plain"]).toContain("Uint8Array");
  });

  test("are elements of a document, and canvases", async () => {
    const element = (html: string): string =>
      `class Element { get outerHTML() { return ${JSON.stringify(html)} } get nodeType() { return 1 } } new Element()`;
    expect(await preview(element("<b>1</b>"))).toMatchObject({ "text/html": "<b>1</b>" });
    const svg = '<svg width="1" xmlns="http://www.w3.org/2000/svg"></svg>';
    expect(await preview(element(svg))).toMatchObject({ "image/svg+xml": svg });
    const canvas =
      "class Canvas { getContext() {} toDataURL(type) { return `data:${type};base64,AQI=` } } new Canvas()";
    expect(await preview(canvas)).toMatchObject({ "image/png": "AQI=" });
  });
});

test("a Vega specification comes with pictures of itself", async () => {
  const data =
    await preview(`({ $schema: "https://vega.github.io/schema/vega/v6.json", title: "One square", width: 20, height: 20,
    marks: [{ type: "rect", encode: { enter: { width: { value: 20 }, height: { value: 20 }, fill: { value: "red" } } } }] })`);
  expect(data["application/vnd.vega.v6+json"]).toMatchObject({ width: 20 });
  expect(data["image/svg+xml"]).toContain("One square");
  expect(
    Buffer.from(data["image/png"] ?? "", "base64")
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect(data["text/plain"]).toBe("One square");
});

test("a value that only looks alike is shown as it is", async () => {
  expect(await preview("({ dtype: 'float32', shape: [1], dataId: {} })")).toEqual({
    "text/plain": "{ dtype: 'float32', shape: [ 1 ], dataId: {} }",
  });
  expect(await preview("({ schema: { fields: [] }, numRows: 3 })")).toEqual({
    "text/plain": "{ schema: { fields: [] }, numRows: 3 }",
  });
  const getters = `({ get schema() { throw new Error("read") }, get dtype() { throw new Error("read") }, get getChildAt() { throw new Error("read") } })`;
  expect((await preview(getters))["text/plain"]).toContain("schema: [Getter]");
});
