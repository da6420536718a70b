import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, resultOf } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

test.each(["shell", "control"])("kernel_info on %s, between busy and idle", async (channel) => {
  const { reply, messages } = await kernel.request("kernel_info_request", {}, { channel });
  expect(reply?.content).toMatchObject({
    status: "ok",
    protocol_version: "5.5",
    implementation: "diffrepairer",
    language_info: {
      name: "typescript",
      version: "6.0.3",
      mimetype: "application/typescript",
      file_extension: ".ts",
      codemirror_mode: "typescript",
    },
    supported_features: ["debugger", "kernel subshells", "diffrepairer.language"],
    debugger: true,
  });
  expect(reply?.header["version"]).toBe("5.5");
  const states = messages
    .filter(({ parent }) => parent === reply?.parent)
    .map(({ content }) => content["execution_state"]);
  expect(states).toEqual(["busy", "idle"]);
});

test("every output of a cell has the request as its parent, between busy and idle", async () => {
  const { id, messages } = await kernel.execute("console.log(1); display.html('2'); 3");
  expect(messages.map(({ type }) => type)).toEqual([
    "status",
    "execute_input",
    "stream",
    "display_data",
    "execute_result",
    "status",
  ]);
  expect(messages.every(({ parent }) => parent === id)).toBe(true);
});

test("history by tail, range and search", async () => {
  for (const code of ["'h1'", "'h2'", "'h1'"]) await kernel.execute(code);
  const ask = async (query: object) =>
    (await kernel.request("history_request", { raw: true, output: false, ...query })).reply?.content["history"] as [
      number,
      number,
      string,
    ][];
  const tail = await ask({ hist_access_type: "tail", n: 2 });
  expect(tail.map(([, , code]) => code)).toEqual(["'h2'", "'h1'"]);
  const line = tail[0]?.[1] ?? 0;
  expect(await ask({ hist_access_type: "range", session: 0, start: line, stop: line + 1 })).toEqual([
    [1, line, "'h2'"],
  ]);
  expect((await ask({ hist_access_type: "search", pattern: "'h?'", unique: true })).map(([, , code]) => code)).toEqual([
    "'h2'",
    "'h1'",
  ]);
});

test("comms: info, unknown targets closed, unknown messages survived", async () => {
  expect((await kernel.request("comm_info_request", {})).reply?.content).toEqual({ status: "ok", comms: {} });
  const opened = await kernel.request("comm_open", { comm_id: "c", target_name: "none", data: {} }, { waits: false });
  expect(opened.messages.find(({ type }) => type === "comm_close")?.content["comm_id"]).toBe("c");
  await kernel.request("comm_msg", { comm_id: "unknown", data: {} }, { waits: false });
  await kernel.request("comm_close", { comm_id: "unknown", data: {} }, { waits: false });
  expect(resultOf(await kernel.execute("1"))).toBe("1");
});

test("malformed messages, bad signatures and unknown types are survived", async () => {
  const header = JSON.stringify({
    msg_id: "x",
    msg_type: "execute_request",
    username: "",
    session: "",
    date: "",
    version: "5.5",
  });
  const signed = (signature: string, ...parts: string[]): string[] => ["<IDS|MSG>", signature, ...parts];
  for (const frames of [
    [""],
    ["<IDS|MSG>"],
    signed("", header, "{}", "{}", "{}"),
    signed("0".repeat(64), header, "{}", "{}", '{"code":"globalThis.forged = 1"}'),
    signed("", "not json", "{}", "{}", "{}"),
    ["x".repeat(1 << 20)],
  ]) {
    await kernel.command("send_frames", { frames });
  }
  await kernel.request("no_such_request", {}, { waits: false });
  await kernel.request("execute_request", {}, {});
  await kernel.request("is_complete_request", {}, {});
  expect(resultOf(await kernel.execute("typeof forged"))).toBe("'undefined'");
});
