import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { childrenOf } from "./kernel-client.js";
import { RawClient } from "./raw-client.js";

type Data = Record<string, unknown>;

let kernel: RawClient;
beforeAll(async () => {
  kernel = await RawClient.start();
});
afterAll(() => kernel.close());

const TARGET = "diffrepairer.language";
let comms = 0;

/** An editor: opens a comm, sends notebooks and questions, and waits for what comes. */
async function openEditor(client = kernel) {
  const id = `editor-${++comms}`;
  let version = 0;
  let requests = 0;
  const post = (type: string, content: object): Promise<void> =>
    client.sendFrames("shell", client.frames(type, { comm_id: id, ...content }));
  await post("comm_open", { target_name: TARGET, data: {} });
  const received = (): Data[] =>
    client.received
      .filter(({ header, content }) => header["msg_type"] === "comm_msg" && content["comm_id"] === id)
      .map(({ content }) => content["data"] as Data);
  const until = (satisfies: (data: Data) => boolean): Promise<Data> =>
    vi.waitFor(
      () => {
        const found = received().find(satisfies);
        if (!found) throw new Error(`not sent; the last: ${JSON.stringify(received().at(-1))}`);
        return found;
      },
      { timeout: 60_000, interval: 10 },
    );
  const send = (data: unknown): Promise<void> => post("comm_msg", { data });
  const sendCells = async (codes: readonly string[]): Promise<number> => {
    version += 1;
    await send({ type: "notebook", version, cells: codes.map((code, i) => ({ id: `c${i}`, code })) });
    return version;
  };
  return {
    ...{ id, received, until, send, sendCells },
    /** The numbers of what is wrong with each cell. */
    async faults(codes: readonly string[]): Promise<number[][]> {
      const sent = await sendCells(codes);
      const { cells } = await until((data) => data["type"] === "diagnostics" && data["version"] === sent);
      return codes.map((_, i) => (cells as Record<string, { code: number }[]>)[`c${i}`]?.map(({ code }) => code) ?? []);
    },
    async ask(method: string, params: object, about = version): Promise<Data> {
      const request = ++requests;
      await send({ type: "request", request, version: about, method, ...params });
      return until((data) => data["type"] === "reply" && data["request"] === request);
    },
    close: () => post("comm_close", { data: {} }),
  };
}

test("faults appear as a cell is spoilt and vanish as it is mended", async () => {
  const editor = await openEditor();
  expect(await editor.faults(["const n = 1;", "n.toFixed();"])).toEqual([[], []]);
  expect(await editor.faults(["const n = 'text';", "n.toFixed();"])).toEqual([[], [2551]]);
  expect(await editor.faults(["const n = 'text'; (", "n.charAt(0);"])).toEqual([[1109], []]);
  expect(await editor.faults(["const n = 1;", "n.toFixed();"])).toEqual([[], []]);
  const [message] = kernel.received.filter(({ content }) => content["comm_id"] === editor.id);
  expect(message?.parent["msg_type"]).toBe("comm_msg");
  await editor.close();
});

test("questions are answered: types, definitions, names, layout and imports", async () => {
  const editor = await openEditor();
  await editor.sendCells([
    'import { join, resolve } from "node:path";\n/** Counts. */\nfunction count(n: number) { return n; }',
    'count( 1 );join("a")',
    "({a:1",
    "{a:1}",
    "Math.max?",
  ]);
  expect(await editor.ask("hover", { cell: "c1", at: 2 })).toMatchObject({
    status: "ok",
    result: { from: 0, to: 5, signature: "count(n: number): number", documentation: "Counts." },
  });
  expect(await editor.ask("definition", { cell: "c1", at: 0 })).toMatchObject({
    result: { cell: "c0", from: 67, to: 72 },
  });
  expect(await editor.ask("rename", { cell: "c1", at: 0, name: "total" })).toMatchObject({
    result: {
      edits: { c0: [{ from: 67, to: 72, text: "total" }], c1: [{ from: 0, to: 5, text: "total" }] },
      problems: [],
    },
  });
  expect(await editor.ask("rename", { cell: "c1", at: 0, name: "1" })).toMatchObject({
    status: "error",
    message: '"1" is no name that TypeScript allows',
  });
  expect(await editor.ask("organizeImports", { cells: ["c0", "c1"] })).toMatchObject({
    result: { edits: { c0: [{ from: 0, to: 43, text: 'import { join } from "node:path";\n' }] } },
  });
  expect(await editor.ask("format", { cells: ["c1", "c2", "c3", "c4"] })).toMatchObject({
    result: {
      edits: { c1: [{ from: 0, to: 20, text: 'count(1);\njoin("a");' }], c3: [{ text: "{ a: 1 }" }] },
      problems: [{ cell: "c2", message: expect.stringContaining("expected") }],
    },
  });
  await editor.close();
});

test("all of it works while a cell is in an endless loop, and the cell can be interrupted", async () => {
  const editor = await openEditor();
  const id = "endless";
  await kernel.sendFrames("shell", kernel.frames("execute_request", { code: "for (;;) {}" }, { msg_id: id }));
  await kernel.until(({ header, parent }) => header["msg_type"] === "execute_input" && parent["msg_id"] === id);
  expect(await editor.faults(["const n: string = 1;"])).toEqual([[2322]]);
  expect(await editor.ask("hover", { cell: "c0", at: 6 })).toMatchObject({ result: { signature: "const n: string" } });
  expect(await editor.ask("format", { cells: ["c0"] })).toMatchObject({ result: { edits: {} } });
  expect(kernel.received.filter(({ channel, parent }) => channel === "shell" && parent["msg_id"] === id)).toEqual([]);
  await kernel.request("interrupt_request", {}, "control");
  await kernel.until(({ channel, parent }) => channel === "shell" && parent["msg_id"] === id);
  await editor.close();
});

test("what cells have declared is known once they have run, and forgotten with the session", async () => {
  const editor = await openEditor();
  const ended = (): unknown =>
    editor
      .received()
      .filter(({ type }) => type === "diagnostics")
      .at(-1)?.["cells"];
  expect(await editor.faults(["declaredByRunning.toFixed();"])).toEqual([[2304]]);
  await kernel.request("execute_request", { code: "const declaredByRunning = 1;" });
  await vi.waitFor(() => expect(ended()).toEqual({ c0: [] }), { timeout: 20_000 });
  await kernel.request("execute_request", { code: "process.exit()" });
  await vi.waitFor(() => expect(ended()).toMatchObject({ c0: [{ code: 2304 }] }), { timeout: 20_000 });
  await editor.close();
});

test("of versions that follow each other at once, the last is told of, and questions about older ones are stale", async () => {
  const editor = await openEditor();
  const codes = (n: number): string[] => Array.from({ length: 20 }, (_, i) => `const v${i}: string = ${n};`);
  for (let n = 1; n < 30; n++) await editor.sendCells(codes(n));
  expect(await editor.faults(["30"])).toEqual([[]]);
  const told = editor.received().filter(({ type }) => type === "diagnostics");
  expect(told.length).toBeLessThan(10);
  expect(told.at(-1)).toMatchObject({ version: 30 });
  await editor.send({ type: "notebook", version: 3, cells: [{ id: "c0", code: "wrong" }] });
  expect(await editor.ask("hover", { cell: "c0", at: 0 }, 29)).toMatchObject({ status: "stale" });
  expect(await editor.ask("hover", { cell: "c0", at: 0 })).toMatchObject({ status: "ok", result: null });
  await editor.close();
});

test("bad messages are told so, and the editor goes on", async () => {
  const editor = await openEditor();
  const bad: [unknown, RegExp][] = [
    [null, /a message must be an object/],
    [[], /a message must be an object/],
    [{ type: "notebook", cells: [] }, /version must be a whole number/],
    [{ type: "other", version: 1 }, /not "other"/],
    [{ type: "notebook", version: 1, cells: {} }, /cells must be an array/],
    [{ type: "notebook", version: 1, cells: [{ id: "a" }] }, /code must be a string/],
    [{ type: "notebook", version: 1, cells: Array(2).fill({ id: "a", code: "" }) }, /same id/],
    [{ type: "notebook", version: 1, cells: [{ id: "a", code: "x".repeat(2e6 + 1) }] }, /2000000 characters/],
    [{ type: "notebook", version: 1, cells: Array(5001).fill({}) }, /5000 cells/],
    [{ type: "request", version: 1, request: "1", method: "hover" }, /request must be/],
    [{ type: "request", version: 1, request: 1, method: "run" }, /there is no method "run"/],
    [{ type: "request", version: 1, request: 1, method: "hover", cell: "a", at: -1 }, /at must be/],
    [{ type: "request", version: 1, request: 1, method: "format", cells: [1] }, /id must be a string/],
  ];
  for (const [data, said] of bad) {
    const before = editor.received().length;
    await editor.send(data);
    await vi.waitFor(() => expect(editor.received().length).toBe(before + 1), { timeout: 20_000 });
    expect(editor.received().at(-1)).toEqual({ type: "error", message: expect.stringMatching(said) });
  }
  expect(await editor.faults(["wrong"])).toEqual([[2304]]);
  expect(await editor.ask("hover", { cell: "gone", at: 0 })).toMatchObject({ status: "error" });
  await editor.close();
});

test("more questions at once than can be wanted are refused", async () => {
  const editor = await openEditor();
  const version = await editor.sendCells(["1"]);
  for (let request = 1; request <= 60; request++) {
    await editor.send({ type: "request", request, version, method: "hover", cell: "c0", at: 0 });
  }
  await vi.waitFor(() => expect(editor.received().filter(({ type }) => type === "reply").length).toBe(60), {
    timeout: 20_000,
  });
  expect(editor.received().some(({ message }) => message === "too many questions at once")).toBe(true);
  await editor.close();
});

test("two editors have a notebook each, and their process ends with the last of them", async () => {
  const [one, other] = [await openEditor(), await openEditor()];
  expect(await one.faults(["const n = 1; n.charAt"])).toEqual([[2339]]);
  expect(await other.faults(["const n = 'a'; n.charAt"])).toEqual([[]]);
  expect(await one.ask("hover", { cell: "c0", at: 6 })).toMatchObject({ result: { signature: "const n: 1" } });
  expect(await other.ask("hover", { cell: "c0", at: 6 })).toMatchObject({ result: { signature: 'const n: "a"' } });
  const processes = (): number => childrenOf(kernel.child.pid ?? 0, join("language", "main.js")).length;
  const { reply } = await kernel.request("comm_info_request", { target_name: TARGET });
  expect(reply.content["comms"]).toEqual({ [one.id]: { target_name: TARGET }, [other.id]: { target_name: TARGET } });
  expect(processes()).toBe(2);
  await one.close();
  await other.close();
  await vi.waitFor(() => expect(processes()).toBe(1), { timeout: 10_000 });
  const after = await kernel.request("comm_info_request", {});
  expect(after.reply.content["comms"]).toEqual({});
});

test("types that take too long to find hold back no cell, and no other fault", async () => {
  const editor = await openEditor();
  const slow = [
    "type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9; type Three = `${Digit}${Digit}${Digit}`;",
    "type Turned<N extends string> = { [K in `${Three}${N}`]: K extends `${infer A}${infer B}${infer R}` ? [R, B, A] : 0 };",
    ...Array.from({ length: 200 }, (_, i) => `let p${i}: Turned<"${i}">[keyof Turned<"${i}">] = ["", "", "" as any];`),
  ].join("\n");
  expect(await editor.faults(["wrong"])).toEqual([[2304]]);
  const found = editor.faults([slow, "wrong"]);
  const { reply } = await kernel.request("execute_request", { code: "40 + 2" });
  expect(reply.content["status"]).toBe("ok");
  expect(editor.received().some(({ type }) => type === "error")).toBe(false);
  expect(await found).toEqual([[], [2304]]);
  await editor.until(({ type, message }) => type === "error" && String(message).includes("longer than 10 s"));
  expect(await editor.faults([slow, "1"])).toEqual([[], []]);
  expect(editor.received().filter(({ type }) => type === "error").length).toBe(1);
  await editor.close();
});
