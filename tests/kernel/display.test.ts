import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Executed, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

const of = ({ messages }: Executed, type: string): Received[] => messages.filter((message) => message.type === type);
const data = (message: Received | undefined) => message?.content["data"] as Record<string, string>;

const BAR = `{
  $schema: "https://vega.github.io/schema/vega-lite/v6.json", description: "Two bars", width: 200, height: 100,
  data: { values: [{ a: "x", b: 1 }, { a: "y", b: 2 }] }, mark: "bar",
  encoding: { x: { field: "a", type: "nominal" }, y: { field: "b", type: "quantitative" } } }`;

test("Symbol.for('Jupyter.display') speaks for a value: own, inherited, asynchronous, any MIME type", async () => {
  const own = await kernel.execute(
    "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/x-own+json': { a: 1 }, 'text/plain': 'own' }) })",
  );
  expect(of(own, "execute_result")[0]?.content["data"]).toEqual({
    "application/x-own+json": { a: 1 },
    "text/plain": "own",
  });
  const inherited = await kernel.execute(
    "class Base { async [Symbol.for('Jupyter.display')]() { await 1; return { 'text/html': '<i>b</i>' } } } class Derived extends Base {} new Derived()",
  );
  expect(data(of(inherited, "execute_result")[0])).toEqual({ "text/html": "<i>b</i>", "text/plain": "Derived {}" });
});

test("a display that throws is told, and the value inspected", async () => {
  const cell = await kernel.execute("({ [Symbol.for('Jupyter.display')]() { throw new Error('no picture') } })");
  expect(cell.reply?.content["status"]).toBe("ok");
  expect(printed(cell, "stderr")).toContain("no picture");
  expect(resultOf(cell)).toContain("Jupyter.display");
});

test("display, update and clear", async () => {
  const cell = await kernel.execute(
    "const handle = display({ 'text/plain': 'one' }, { raw: true, display_id: 'it' }); handle.update(2); display({ 'text/plain': 'three' }, { raw: true, display_id: 'it', update: true }); display.clear({ wait: true }); display.png(new Uint8Array([1, 2]))",
  );
  expect(of(cell, "display_data").map(({ content }) => content)).toMatchObject([
    { data: { "text/plain": "one" }, transient: { display_id: "it" } },
    { data: { "image/png": "AQI=" } },
  ]);
  expect(of(cell, "update_display_data").map(data)).toEqual([{ "text/plain": "2" }, { "text/plain": "three" }]);
  expect(of(cell, "clear_output")[0]?.content).toEqual({ wait: true });
  expect((await kernel.execute("display(1, { sizes: 2 } as object)")).reply?.content["evalue"]).toContain('"sizes"');
});

test("a Vega-Lite specification comes with pictures of itself", async () => {
  const cell = await kernel.execute(BAR);
  const [result] = of(cell, "execute_result");
  const bundle = data(result);
  expect(bundle["application/vnd.vegalite.v6+json"]).toMatchObject({ mark: "bar" });
  expect(bundle["text/plain"]).toBe("Two bars");
  expect(bundle["image/svg+xml"]).toMatch(/^<svg[\s\S]*Inter/);
  const png = Buffer.from(bundle["image/png"] ?? "", "base64");
  const { width, height } = (result?.content["metadata"] as { "image/png": { width: number; height: number } })[
    "image/png"
  ];
  expect(Math.abs(png.readUInt32BE(16) - 2 * width)).toBeLessThanOrEqual(2);
  expect(Math.abs(png.readUInt32BE(20) - 2 * height)).toBeLessThanOrEqual(2);
  expect(height).toBeGreaterThan(100);
});

test("of a figure of thousands of marks the picture is PNG alone, so that the notebook stays small", async () => {
  const points =
    "({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', mark: 'point', encoding: { x: { field: 'x' } }," +
    " data: { values: Array.from({ length: 3000 }, (_, x) => ({ x })) } })";
  const bundle = data(of(await kernel.execute(points), "execute_result")[0]);
  expect(Object.keys(bundle)).toContain("image/png");
  expect(Object.keys(bundle)).not.toContain("image/svg+xml");
});

test("outputs after a figure wait until it is drawn", async () => {
  const { messages } = await kernel.execute(`display(${BAR}); console.log("after"); display.html("last")`);
  const order = messages.map(({ type }) => type).filter((type) => type === "stream" || type === "display_data");
  expect(order).toEqual(["display_data", "stream", "display_data"]);
});

test("a specification that cannot be drawn is shown with the reason", async () => {
  const cell = await kernel.execute(
    "({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', mark: 'nonsense', data: { values: [] } })",
  );
  expect(cell.reply?.content["status"]).toBe("ok");
  expect(data(of(cell, "execute_result")[0])).toHaveProperty(["application/vnd.vegalite.v6+json"]);
  expect(printed(cell, "stderr")).toContain("could not be drawn");
});

test("data frames are tables", async () => {
  const frame = `({ $dataIncolumnFormat: [], columns: ["gene", "<n>"], index: [0, 1], values: [["CD3D", 1], ["GNLY", 2.123456789]], print() {}, toString: () => "a table" })`;
  const bundle = data(of(await kernel.execute(frame), "execute_result")[0]);
  expect(bundle["text/plain"]).toBe("a table");
  expect(bundle["text/html"]).toContain("<th>&lt;n&gt;</th>");
  expect(bundle["text/html"]).toContain("<td>GNLY</td><td>2.12346</td>");
});
