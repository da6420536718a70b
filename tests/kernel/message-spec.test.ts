import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTENT_SCHEMAS, HEADER_SCHEMA } from "./message-schemas.js";
import { RawClient, type RawMessage } from "./raw-client.js";

let kernel: RawClient;

const execute = (code: string, options: object = {}) =>
  kernel.request("execute_request", {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: true,
    stop_on_error: true,
    ...options,
  });

/** Everything that a kernel may be asked, so that every message it sends is seen. */
beforeAll(async () => {
  // Until the checker is warm, what it finds follows the cell: the one output that may come after idle.
  kernel = await RawClient.start({ environment: { DIFFREPAIRER_TYPES: "off" } });
  for (const channel of ["shell", "control"] as const) await kernel.request("kernel_info_request", {}, channel);
  await execute(
    "console.log('é😀'); console.error('e'); display.html('<b>1</b>').update(2); display.clear(); ({ a: 1 })",
  );
  await execute("throw new RangeError('told')");
  await execute("let = 1");
  await execute("1", { silent: true });
  await execute("1", { user_expressions: { good: "1 + 1", bad: "missing.x" } });
  const asks = execute("prompt('Name?', '', { password: true })");
  await kernel.until(({ header }) => header["msg_type"] === "input_request");
  await kernel.sendFrames("stdin", kernel.frames("input_reply", { status: "ok", value: "Ada" }));
  await asks;
  await Promise.all([
    execute("await new Promise((done) => setTimeout(done, 50)); throw new Error('stop')"),
    execute("'never'"),
  ]);
  await kernel.request("complete_request", { code: "Math.ma", cursor_pos: 7 });
  await kernel.request("inspect_request", { code: "Math.max", cursor_pos: 8, detail_level: 0 });
  await kernel.request("inspect_request", { code: "nothing_here", cursor_pos: 3, detail_level: 1 });
  for (const code of ["1", "1 +", "let 1a", "function f() {"]) await kernel.request("is_complete_request", { code });
  for (const output of [false, true]) {
    await kernel.request("history_request", { hist_access_type: "tail", n: 5, raw: true, output });
  }
  await kernel.request("comm_info_request", {});
  await kernel.sendFrames("shell", kernel.frames("comm_open", { comm_id: "c", target_name: "none", data: {} }));
  await kernel.until(({ header }) => header["msg_type"] === "comm_close");
  await kernel.request("interrupt_request", {}, "control");
  await kernel.request("shutdown_request", { restart: false }, "control");
});
afterAll(() => kernel.close());

const typeOf = ({ header }: RawMessage): string => String(header["msg_type"]);

describe("every message of the kernel", () => {
  test("was seen in this run", () => {
    expect([...new Set(kernel.received.map(typeOf))].sort()).toEqual(Object.keys(CONTENT_SCHEMAS).sort());
  });

  test("has the header and the content that the protocol asks for, no field missing and none too many", () => {
    const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTuples: false });
    const header = ajv.compile(HEADER_SCHEMA);
    const contents = new Map(Object.entries(CONTENT_SCHEMAS).map(([type, schema]) => [type, ajv.compile(schema)]));
    const faults = kernel.received.flatMap((message) => {
      const content = contents.get(typeOf(message));
      const found = [
        ...(header(message.header) ? [] : (header.errors ?? [])),
        ...(content?.(message.content) ? [] : (content?.errors ?? [])),
      ];
      return found.map(({ instancePath, message: text }) => `${typeOf(message)}${instancePath} ${text}`);
    });
    expect(faults).toEqual([]);
  });

  test("has an id of its own, and the id of the one session that the kernel is", () => {
    const ids = kernel.received.map(({ header }) => header["msg_id"]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(kernel.received.map(({ header }) => header["session"])).size).toBe(1);
  });

  test("is dated, in universal time and within this run", () => {
    for (const { header } of kernel.received) {
      expect(Math.abs(Date.parse(String(header["date"])) - Date.now())).toBeLessThan(120_000);
    }
  });

  test("is signed", () => {
    for (const { body, signature } of kernel.received) expect(signature).toBe(kernel.sign(body));
  });

  test("has a request's header as its parent, unless nothing asked for it", () => {
    for (const message of kernel.received) {
      const isUnasked = typeOf(message) === "iopub_welcome" || message.content["execution_state"] === "starting";
      if (isUnasked) expect(message.parent).toEqual({});
      else expect(message.parent).toMatchObject({ username: "test", version: "5.5", msg_type: expect.any(String) });
    }
  });

  test("has its own type as topic when it is published, and the client's identity when it is an answer", () => {
    for (const message of kernel.received) {
      const topics = message.identities.map(String);
      if (typeOf(message) === "iopub_welcome") expect(topics).toEqual([message.content["subscription"]]);
      else if (message.channel === "iopub") expect(topics).toEqual([typeOf(message)]);
    }
  });

  test("replies to a request by its own name, on the socket it came by", () => {
    for (const message of kernel.received) {
      if (!typeOf(message).endsWith("_reply") || message.channel === "iopub") continue;
      expect(typeOf(message)).toBe(String(message.parent["msg_type"]).replace("_request", "_reply"));
    }
  });
});

test("every request is between one busy and one idle, and nothing is published under it after that", () => {
  const parents = new Set(kernel.received.map(({ parent }) => parent["msg_id"]).filter((id) => id !== undefined));
  for (const id of parents) {
    const published = kernel.received.filter((m) => m.channel === "iopub" && m.parent["msg_id"] === id);
    const states = published.map(({ content }) => content["execution_state"] ?? "output");
    expect(states[0]).toBe("busy");
    expect(states.at(-1)).toBe("idle");
    expect(states.slice(1, -1).every((state) => state === "output")).toBe(true);
  }
});

test("the welcome names what was subscribed to", () => {
  const [first] = kernel.received.filter(({ channel }) => channel === "iopub");
  expect(first && typeOf(first)).toBe("iopub_welcome");
  expect(first?.content).toEqual({ subscription: "" });
});
