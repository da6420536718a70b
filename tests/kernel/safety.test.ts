import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { KERNEL_MAIN } from "./python.js";
import { RawClient } from "./raw-client.js";

let kernel: RawClient;
beforeAll(async () => void (kernel = await RawClient.start()));
afterAll(() => kernel.close());

/** Evaluates in the kernel, which so shows that it still answers. */
async function evaluate(code: string): Promise<unknown> {
  const { reply } = await kernel.request("execute_request", {
    code: "",
    silent: true,
    user_expressions: { value: code },
  });
  return reply.content["user_expressions"];
}

const value = (text: string) => ({ value: { status: "ok", data: { "text/plain": text }, metadata: {} } });
const logged = (text: string | RegExp) => vi.waitFor(() => expect(kernel.log).toMatch(text), { timeout: 10_000 });
const sets = (name: string) => ({ code: `globalThis.${name} = 1`, silent: true });

describe("signatures", () => {
  test("that are wrong, missing, cut or of another key are refused, and the log says so", async () => {
    const frames = kernel.frames("execute_request", sets("forged"));
    const [delimiter = "", good = "", ...parts] = frames.map(String);
    const other = good.startsWith("0") ? "1" : "0";
    for (const signature of [
      "",
      "0".repeat(64),
      good.slice(0, -1),
      `${good}0`,
      other + good.slice(1),
      good.toUpperCase(),
    ]) {
      await kernel.sendFrames("shell", [delimiter, signature, ...parts]);
    }
    await kernel.sendFrames("shell", [delimiter, good, ...parts.slice(0, 3), parts[3] + " "]);
    expect(await evaluate("typeof forged")).toEqual(value("'undefined'"));
    await logged(/(a message was ignored: the signature does not match[^]*){7}/);
  });

  test("that come twice are refused: a message cannot be replayed", async () => {
    await evaluate("globalThis.times = 0");
    const frames = kernel.frames("execute_request", { code: "times += 1", silent: true });
    await kernel.sendFrames("shell", frames);
    await kernel.sendFrames("shell", frames);
    await kernel.sendFrames("control", frames);
    expect(await evaluate("times")).toEqual(value("1"));
    await logged("it has come before, with the same signature");
  });

  test("are not asked for where the connection has no key", async () => {
    const open = await RawClient.start({ key: "" });
    const { reply } = await open.request("execute_request", { code: "1" });
    expect(reply).toMatchObject({ signature: "", content: { status: "ok" } });
    await open.close();
  });
});

describe("malformed messages are survived:", () => {
  const anyJson = fc.json({ maxDepth: 3 });
  const REQUESTS = [
    "execute_request",
    "complete_request",
    "inspect_request",
    "is_complete_request",
    "history_request",
    "comm_info_request",
    "comm_open",
    "comm_msg",
    "comm_close",
    "interrupt_request",
    "kernel_info_request",
    "input_reply",
  ];
  const FIELDS = [
    ..."code silent store_history user_expressions allow_stdin stop_on_error cursor_pos detail_level".split(" "),
    ..."hist_access_type output raw session start stop n pattern unique".split(" "),
    ..."target_name comm_id data value restart __proto__".split(" "),
  ];

  test("frames of random bytes, on every socket", async () => {
    const frames = fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(Buffer.from("<IDS|MSG>"))), {
      minLength: 1,
      maxLength: 9,
    });
    for (const sample of fc.sample(frames, { seed: 1, numRuns: 300 })) {
      for (const channel of ["shell", "control", "stdin"] as const) {
        await kernel.sendFrames(
          channel,
          sample.map((frame) => Buffer.from(frame)),
        );
      }
    }
    expect(await evaluate("1 + 1")).toEqual(value("2"));
  });

  test("well-signed parts that are no JSON, cut JSON, or JSON of another kind", async () => {
    const part = fc.oneof(anyJson, fc.string(), fc.constantFrom("", "{", '{"msg_id":', "null", "[]", "{}", "\u0000"));
    for (const parts of fc.sample(fc.array(part, { maxLength: 6 }), { seed: 2, numRuns: 300 })) {
      await kernel.sendFrames("shell", kernel.signed(parts));
    }
    expect(await evaluate("1 + 1")).toEqual(value("2"));
  });

  test("headers with fields missing or of another type", async () => {
    const header = { msg_id: "x", msg_type: "kernel_info_request", username: "", session: "", date: "", version: "" };
    for (const field of Object.keys(header)) {
      for (const wrong of [undefined, null, 1, true, [], {}, { a: 1 }, "", "x".repeat(1 << 20)]) {
        const parts = [{ ...header, [field]: wrong }, {}, {}, {}].map((part) => JSON.stringify(part));
        await kernel.sendFrames("shell", kernel.signed(parts));
      }
    }
    expect(await evaluate("1 + 1")).toEqual(value("2"));
    await logged("its header has no msg_id");
    await logged("the session of its header is no plain value");
  });

  test.each(REQUESTS)("%s with any type in any field", async (type) => {
    const content = fc.dictionary(
      fc.constantFrom(...FIELDS),
      anyJson.map((text): unknown => JSON.parse(text)),
      {
        minKeys: 1,
      },
    );
    const channel = type === "input_reply" ? "stdin" : type === "interrupt_request" ? "control" : "shell";
    for (const sample of fc.sample(content, { seed: 3, numRuns: 60 })) {
      const { code } = sample;
      // A random text is not to be a program that runs for ever.
      const harmless = typeof code === "string" ? { ...sample, code: `// ${code.replace(/\s/g, " ")}` } : sample;
      await kernel.sendFrames(channel, kernel.frames(type, harmless));
    }
    // An interrupt that is still on its way would end what comes next.
    await kernel.request("kernel_info_request", {}, "control");
    expect(await evaluate("1 + 1")).toEqual(value("2"));
  });

  test.each(["header", "parent", "metadata", "content"])("a %s nested 100,000 deep", async (place) => {
    const deep = `{"code":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const parts = kernel.frames("execute_request", { code: "1" }).slice(2).map(String);
    const at = ["header", "parent", "metadata", "content"].indexOf(place);
    const nested = place === "header" ? `${parts[0]?.slice(0, -1)},${deep.slice(1)}` : deep;
    await kernel.sendFrames("shell", kernel.signed(parts.with(at, nested)));
    expect(await evaluate("1 + 1")).toEqual(value("2"));
  });

  test("a glob that would take for ever", async () => {
    await kernel.request("execute_request", { code: `// ${"a".repeat(5000)}` });
    const { reply } = await kernel.request("history_request", {
      hist_access_type: "search",
      pattern: `${"*a".repeat(40)}*b`,
      output: false,
      raw: true,
    });
    expect(reply.content).toEqual({ status: "ok", history: [] });
  });

  test("unknown types of message are logged, and left without an answer", async () => {
    await kernel.sendFrames("shell", kernel.frames("no_such_request", {}));
    await logged('unknown type "no_such_request"');
    expect(await evaluate("1 + 1")).toEqual(value("2"));
  });

  test("an answer that nobody asked for", async () => {
    await kernel.sendFrames("stdin", kernel.frames("input_reply", { value: "unasked" }));
    const { reply } = await kernel.request("execute_request", { code: "prompt('x')", allow_stdin: false });
    expect(reply.content["ename"]).toBe("InputError");
  });

  test("an answer to a prompt that holds no text leaves the prompt waiting for one that does", async () => {
    const asked = kernel.request("execute_request", { code: "const said = prompt('x')" });
    await kernel.until(({ header }) => header["msg_type"] === "input_request");
    for (const wrong of [null, 1, [], { toString: 1 }]) {
      await kernel.sendFrames("stdin", kernel.frames("input_reply", { value: wrong }));
    }
    await kernel.sendFrames("stdin", kernel.frames("input_reply", { value: "text" }));
    await asked;
    expect(await evaluate("said")).toEqual(value("'text'"));
  });
});

describe("sizes", () => {
  test("a message of 8 MB is taken", async () => {
    const code = `/* ${"x".repeat(8 << 20)} */ 1`;
    const { reply } = await kernel.request("execute_request", { code, store_history: false });
    expect(reply.content["status"]).toBe("ok");
  });

  test("one of 65 MiB is ignored, and the log says how much may be", async () => {
    await kernel.sendFrames("shell", kernel.frames("execute_request", { code: "x".repeat(65 << 20) }));
    expect(await evaluate("1 + 1")).toEqual(value("2"));
    await logged(/it is too large: \d+ bytes of JSON, of 67108864 at most/);
  });

  test("a frame that claims to be larger than memory ends its connection and no more", async () => {
    const greeting = Buffer.alloc(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1, ...Buffer.from("NULL")]);
    const ready = Buffer.from([
      0x04,
      0x19,
      0x05,
      ...Buffer.from("READY\u000bSocket-Type\u0000\u0000\u0000\u0006DEALER"),
    ]);
    const huge = Buffer.from([0x02, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const port = kernel.ports["shell_port"] ?? 0;
    const ended = new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.concat([greeting, ready, huge])));
      socket.on("close", resolve).on("error", resolve).resume();
    });
    await ended;
    expect(await evaluate("1 + 1")).toEqual(value("2"));
  });

  test("bytes of another protocol are survived on every port", async () => {
    for (const port of Object.values(kernel.ports)) {
      await new Promise((resolve) => {
        const socket = connect(port, "127.0.0.1", () => socket.end("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        socket.on("close", resolve).on("error", resolve).resume();
      });
    }
    expect(await evaluate("1 + 1")).toEqual(value("2"));
    expect(await kernel.beat("still there")).toBe("still there");
  });
});

describe("a connection file", () => {
  test.each([
    ["that others can read is warned of", "chmod 755 .; chmod 644 connection.json", 1],
    ["in a folder that is closed to them is not", "chmod 700 .; chmod 644 connection.json", 0],
    ["that is the user's own is not", "chmod 755 .; chmod 600 connection.json", 0],
  ])("%s", async (_, before, warnings) => {
    const client = await RawClient.start({ before, environment: { DIFFREPAIRER_TYPES: "off" } });
    expect(client.log.match(/other users can read .*connection\.json/g) ?? []).toHaveLength(warnings);
    await client.close();
  });
});

describe("the kernel does not start", () => {
  const port = { shell_port: 1025, control_port: 1026, stdin_port: 1027, iopub_port: 1028, hb_port: 1029 };
  test.each([
    [
      "beyond this machine",
      { ...port, ip: "0.0.0.0" },
      "loopback interface only, not on 0.0.0.0; tunnel to it instead",
    ],
    ["on a name that may resolve elsewhere", { ...port, ip: "127.example.org" }, "loopback interface only"],
    ["without a port", { ...port, hb_port: undefined }, "the connection file has no hb_port"],
    ["with a port that is none", { ...port, hb_port: 70_000 }, "the connection file has no hb_port"],
    ["by another transport", { ...port, transport: "ipc" }, 'transport "ipc" is not supported; use "tcp"'],
    ["with signatures it cannot make", { ...port, signature_scheme: "hmac-no" }, '"hmac-no" is not supported'],
    ["with a key that is no text", { ...port, key: 1 }, "the connection file's key is no string"],
    ["on a file that is cut", "{", "the connection file is no JSON object"],
  ])("%s, and says why in a line", (_, connection, message) => {
    const file = join(temporaryFolder(), "connection.json");
    writeFileSync(file, typeof connection === "string" ? connection : JSON.stringify(connection));
    const { status, stderr, stdout } = spawnSync(process.execPath, [KERNEL_MAIN, file], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^\[diffrepairer kernel\] it cannot start: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  test("where a port is taken, and names it", () => {
    const ports = { ...kernel.ports, key: "k" };
    const file = join(temporaryFolder(), "connection.json");
    writeFileSync(file, JSON.stringify(ports));
    const { status, stderr } = spawnSync(process.execPath, [KERNEL_MAIN, file], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/127\.0\.0\.1:\d+: .*[Aa]ddress already in use/);
  });

  test("without a connection file, and says how it is started", () => {
    const { status, stderr } = spawnSync(process.execPath, [KERNEL_MAIN], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("usage: node main.js {connection_file}");
  });
});

test.each(["localhost", "::1", "127.1.2.3"])("the kernel listens on %s", async (ip) => {
  const client = await RawClient.start({ ip });
  expect((await client.request("kernel_info_request")).reply.content["status"]).toBe("ok");
  await client.close();
});

test("a log that nobody reads any more costs nothing but itself", async () => {
  const client = await RawClient.start();
  client.child.stderr?.destroy();
  for (let i = 0; i < 20; i++) await client.sendFrames("shell", ["no message"]);
  await client.request("kernel_info_request");
  const before = ticks(client.child.pid);
  await new Promise((later) => setTimeout(later, 1_000));
  // A failure that is logged, which fails again, and so on, takes the whole second.
  expect(ticks(client.child.pid) - before).toBeLessThan(15);
  await client.close();
});

/** Processor time of a process, in hundredths of a second. */
function ticks(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
