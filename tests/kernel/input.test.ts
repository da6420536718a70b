import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawClient, type RawMessage } from "./raw-client.js";

let kernel: RawClient;
beforeAll(async () => void (kernel = await RawClient.start({ environment: { DIFFREPAIRER_TYPES: "off" } })));
afterAll(() => kernel.close());

const execute = (code: string, options: object = {}) => kernel.request("execute_request", { code, ...options });
const answer = (value: string) => kernel.sendFrames("stdin", kernel.frames("input_reply", { status: "ok", value }));

/** The next request for input that comes from now on. */
function asked(): Promise<RawMessage> {
  const before = kernel.received.length;
  return kernel.until((m) => kernel.received.indexOf(m) >= before && m.header["msg_type"] === "input_request");
}

async function evaluate(code: string, ...answers: string[]): Promise<{ shown: unknown; prompts: unknown[] }> {
  const prompts: unknown[] = [];
  let next = asked();
  const cell = execute(code);
  for (const text of answers) {
    prompts.push((await next).content);
    next = asked();
    await answer(text);
  }
  next.catch(() => undefined);
  const { reply, published } = await cell;
  expect(reply.content).toMatchObject({ status: "ok" });
  const result = published.find(({ header }) => header["msg_type"] === "execute_result");
  return { shown: (result?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"], prompts };
}

describe("a cell asks", () => {
  test.each([
    ["prompt('Name?')", "Ada", "'Ada'", { prompt: "Name?", password: false }],
    ["prompt('Name?')", "", "''", { prompt: "Name?", password: false }],
    ["prompt('Name?', 'nobody')", "", "'nobody'", { prompt: "Name?", password: false }],
    ["prompt('Key', '', { password: true }).length", "geheim 😀", "9", { prompt: "Key", password: true }],
    ["prompt(12 as never)", "x", "'x'", { prompt: "12", password: false }],
    ["confirm('Sure?')", "y", "true", { prompt: "Sure? [y/n] ", password: false }],
    ["confirm('Sure?')", " YES ", "true", { prompt: "Sure? [y/n] ", password: false }],
    ["confirm('Sure?')", "no", "false", { prompt: "Sure? [y/n] ", password: false }],
    ["confirm()", "", "false", { prompt: " [y/n] ", password: false }],
    ["alert('Read this'); 'read'", "", "'read'", { prompt: "Read this [Enter]", password: false }],
  ])("%s, is told %j and has %s", async (code, text, shown, request) => {
    expect(await evaluate(code, text)).toEqual({ shown, prompts: [request] });
  });

  test("one thing after another, also once it has awaited, and in a function", async () => {
    const code = "const ask = (q: string) => prompt(q); const a = ask('a'); await null; [a, ask('b'), prompt('c')]";
    const { shown, prompts } = await evaluate(code, "1", "2", "3");
    expect(shown).toBe("[ '1', '2', '3' ]");
    expect(prompts).toMatchObject([{ prompt: "a" }, { prompt: "b" }, { prompt: "c" }]);
  });

  test("after all that it printed is out, and under its own request", async () => {
    const next = asked();
    const cell = execute("console.log('first, read this'); prompt('Then?')");
    const request = await next;
    const isOurs = (m: RawMessage) => m.parent["msg_id"] === request.parent["msg_id"];
    expect(kernel.received.some((m) => isOurs(m) && m.content["text"] === "first, read this\n")).toBe(true);
    await answer("");
    expect((await cell).id).toBe(request.parent["msg_id"]);
  });
});

test.each(["prompt('x')", "confirm('x')", "alert('x')"])(
  "where the client takes no input %s fails at once, can be caught, and says what to do",
  async (code) => {
    const { reply } = await execute(code, { allow_stdin: false });
    expect(reply.content).toMatchObject({ status: "error", ename: "InputError" });
    expect(reply.content["evalue"]).toBe(
      "this client takes no input (allow_stdin is false); give the value in the code instead",
    );
    expect(
      kernel.received.some(
        ({ header, parent }) => header["msg_type"] === "input_request" && parent["msg_id"] === reply.parent["msg_id"],
      ),
    ).toBe(false);
    expect((await execute(`try { ${code} } catch {}`, { allow_stdin: false })).reply.content["status"]).toBe("ok");
  },
);

test("an interrupt ends a waiting prompt; the answer that comes too late is not the next prompt's", async () => {
  let next = asked();
  const cell = execute("let kept = 1; prompt('left alone')");
  await next;
  await kernel.request("interrupt_request", {}, "control");
  expect((await cell).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  await answer("too late");
  await kernel.request("kernel_info_request");
  next = asked();
  const second = execute("[prompt('again'), kept]");
  await next;
  await answer("in time");
  const { published } = await second;
  expect(published.find(({ header }) => header["msg_type"] === "execute_result")?.content["data"]).toEqual({
    "text/plain": "[ 'in time', 1 ]",
  });
});

test("other requests are answered while a prompt waits", async () => {
  const next = asked();
  const cell = execute("prompt('waits')");
  await next;
  const { reply } = await kernel.request("is_complete_request", { code: "1 +" });
  expect(reply.content["status"]).toBe("incomplete");
  await answer("");
  await cell;
});

test("standard input itself is at its end: reading it does not hang", async () => {
  const code = "let n = 0; for await (const chunk of process.stdin) n += chunk.length; if (n !== 0) throw n";
  expect((await execute(code)).reply.content["status"]).toBe("ok");
});
