import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Executed, type Received } from "./kernel-client.js";

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

const of = ({ messages }: Executed, type: string): Received[] => messages.filter((message) => message.type === type);
const shown = (executed: Executed): unknown[] => of(executed, "display_data").map(({ content }) => content["data"]);

describe("the helpers of display", () => {
  test.each([
    ["html('<b>1</b>')", { "text/html": "<b>1</b>" }],
    ["markdown('# 1')", { "text/markdown": "# 1" }],
    ["md('# 1')", { "text/markdown": "# 1" }],
    ["latex('$x$')", { "text/latex": "$x$" }],
    ["svg('<svg/>')", { "image/svg+xml": "<svg/>" }],
    ["javascript('1')", { "application/javascript": "1" }],
    ["text('plain')", { "text/plain": "plain" }],
    ["json({ a: [1] })", { "application/json": { a: [1] } }],
    ["png(new Uint8Array([1, 2]))", { "image/png": "AQI=" }],
    ["jpeg(new Uint8Array([1, 2]).buffer)", { "image/jpeg": "AQI=" }],
    ["gif('AQI=')", { "image/gif": "AQI=" }],
    ["pdf(Buffer.from([1, 2]))", { "application/pdf": "AQI=" }],
    ["png('data:image/png;base64,AQI=')", { "image/png": "AQI=" }],
    ["raw('application/x-own', 'own')", { "application/x-own": "own" }],
    ["html`<li>${['a', 1].map((x) => `<i>${x}</i>`)}</li>${2}`", { "text/html": "<li><i>a</i><i>1</i></li>2" }],
    ["md`**${1 + 1}**`", { "text/markdown": "**2**" }],
  ])("display.%s", async (call, data) => {
    const executed = await kernel.execute(`display.${call}`);
    expect(shown(executed)).toEqual([data]);
    expect(resultOf(executed), "a handle is no result").toBeUndefined();
  });

  test("can be taken apart", async () => {
    expect(shown(await kernel.execute("const { html, svg } = display; html`<p>`; svg`<svg/>`"))).toHaveLength(2);
  });

  test("give a picture the size it is asked to have", async () => {
    const executed = await kernel.execute("display.png(new Uint8Array([1]), { width: 20, height: 10 })");
    expect(of(executed, "display_data")[0]?.content["metadata"]).toEqual({ "image/png": { width: 20, height: 10 } });
  });

  test("show rows as a table", async () => {
    const executed = await kernel.execute(
      "display.table([{ gene: '<CD3D>', n: 1 / 3 }, { gene: null, more: [1] }]); display.table([[1, 2]], { columns: ['1'] })",
    );
    expect(shown(executed)).toMatchObject([
      {
        "text/html": expect.stringContaining("<td>&lt;CD3D&gt;</td><td>0.333333</td><td></td>") as string,
        "text/plain": ["     gene         n   more", "0  <CD3D>  0.333333", "1    null            [ 1 ]", "2 × 3"].join(
          "\n",
        ),
      },
      { "text/plain": ["   1", "0  2", "1 × 1"].join("\n") },
    ]);
  });
});

describe("display", () => {
  test("of a promise waits for its value, before the cell ends", async () => {
    const executed = await kernel.execute(
      "display(new Promise((done) => setTimeout(done, 200, new Map([[1, 2]])))); undefined",
    );
    expect(shown(executed)).toEqual([{ "text/plain": "Map(1) { 1 => 2 }" }]);
    const rejected = await kernel.execute("display(Promise.reject(new Error('no value'))); undefined");
    expect(rejected.reply?.content["status"]).toBe("ok");
    expect(printed(rejected, "stderr")).toContain("no value");
  });

  test("takes data and metadata, and bytes, as representations", async () => {
    const executed = await kernel.execute(
      "display({ data: { 'image/png': new Uint8Array([1, 2]) }, metadata: { 'image/png': { width: 5 } } }, { raw: true })",
    );
    expect(of(executed, "display_data")[0]?.content).toMatchObject({
      data: { "image/png": "AQI=" },
      metadata: { "image/png": { width: 5 } },
    });
  });

  test("updates an output from a later cell, by handle and by display_id", async () => {
    await kernel.execute("const late = display.html('one'); display(0, { display_id: 'mine' })");
    const executed = await kernel.execute(
      "late.update({ 'text/html': 'two' }, { raw: true }); for (const id of ['mine', late.display_id]) display(1, { display_id: id, update: true })",
    );
    expect(of(executed, "update_display_data").map(({ content }) => content["data"])).toEqual([
      { "text/html": "two" },
      { "text/plain": "1" },
      { "text/plain": "1" },
    ]);
  });

  test("knows a thenable as an asynchronous display", async () => {
    const executed = await kernel.execute(
      "display({ [Symbol.for('Jupyter.display')]: () => ({ then: (done) => done({ 'text/html': 'then' }) }) })",
    );
    expect(shown(executed)).toMatchObject([{ "text/html": "then" }]);
  });

  test("of a value that says it shows nothing shows nothing", async () => {
    const executed = await kernel.execute("({ [Symbol.for('Jupyter.display')]: () => ({}) })");
    expect(of(executed, "execute_result")).toEqual([]);
  });

  test("says what an asynchronous display has thrown", async () => {
    const executed = await kernel.execute(
      "({ async [Symbol.for('Jupyter.display')]() { await 1; throw new Error('late no') } })",
    );
    expect(printed(executed, "stderr")).toContain("late no");
    expect(resultOf(executed)).toContain("Jupyter.display");
  });

  test("clears the cell's outputs, at once or with the next", async () => {
    const executed = await kernel.execute("display.clear(); display.clear({ wait: true })");
    expect(of(executed, "clear_output").map(({ content }) => content)).toEqual([{ wait: false }, { wait: true }]);
  });
});

test.each([
  ["display(1, { sizes: 2 })", /no option "sizes"; it has raw, update, display_id/],
  ["display(1, { update: true })", /update needs the display_id/],
  ["display(1, { update: true, display_id: 'none' })", /no output has the display_id "none"; show one first/],
  ["display('<b>', { raw: true })", /by MIME type.*got '<b>'/],
  ["display({ html: '<b>' }, { raw: true })", /"html" is no MIME type; one is such as "text\/html"/],
  ["display.json({ a: 1n })", /cannot be written as JSON.*BigInt/],
  ["display.html(3)", /display.html takes text; got 3/],
  [
    "display.png('plot.png')",
    /display.png takes bytes or base64; got 'plot.png'. To show a file: display.png\(readFile/,
  ],
  ["display.png(new Uint8Array(1), { scale: 2 })", /no option "scale"; it has width, height/],
  ["display.table(3)", /takes rows, such as .*; got 3/],
  ["display.table([1])", /objects or arrays; got 1/],
  ["display.clear({ later: true })", /no option "later"; it has wait/],
])("%s is refused, and said why", async (code, message) => {
  const { reply } = await kernel.execute(code);
  expect(reply?.content).toMatchObject({ status: "error", ename: "TypeError" });
  expect(reply?.content["evalue"]).toMatch(message);
});
