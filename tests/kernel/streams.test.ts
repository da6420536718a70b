import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { KernelClient, printed, resultOf, type Executed, type Received } from "./kernel-client.js";

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(async () => {
  await kernel.start(tmpdir());
  await kernel.execute("import fs from 'node:fs'; import childProcess from 'node:child_process'");
});
afterAll(() => kernel.close());

/** What was printed, in order, a stream's neighbouring texts joined. */
function sequence({ messages }: Pick<Executed, "messages">): string[] {
  const parts: string[] = [];
  for (const { type, content } of messages) {
    if (type !== "stream") continue;
    const label = `${String(content["name"])}:`;
    const text = String(content["text"]);
    if (parts.at(-1)?.startsWith(label)) parts[parts.length - 1] += text;
    else parts.push(label + text);
  }
  return parts;
}

describe("console", () => {
  test.each([
    ["console.log('a', 1, { b: [2] }, new Map([[1, 2]]))", "a 1 { b: [ 2 ] } Map(1) { 1 => 2 }\n"],
    [
      "console.log('%s %d %i %f %j %o %O %c%%', 's', 1.5, 1.5, 1.5, { a: 1 }, [1], { b: 2 }, 'color: red')",
      '1.5 1 1.5 {"a":1}',
    ],
    ["console.log('%cred', 'color: red')", "red\n"],
    ["console.info('i'); console.debug('d')", "i\nd\n"],
    [
      "console.group('a'); console.group('b'); console.log('1\\n2'); console.groupEnd(); console.groupEnd(); console.log('c')",
      "a\n  b\n    1\n    2\nc\n",
    ],
    ["console.table([{ a: 1, b: 2 }], ['b'])", "│ (index) │ b │"],
    ["console.table(new Map([['k', 1]]))", "│ 'k' │"],
    ["console.dir({ a: { b: { c: 1 } } }, { depth: 0 })", "{ a: [Object] }\n"],
    ["console.dir({ a: 1 }, { colors: true })", "{ a: \u001b[33m1\u001b[39m }\n"],
    [
      "console.count(); console.count('x'); console.count(); console.countReset(); console.count()",
      "default: 1\nx: 1\ndefault: 2\ndefault: 1\n",
    ],
    ["console.log()", "\n"],
    ["console.log('é 😀 \\u001b[1mbold\\u001b[0m')", "é 😀 \u001b[1mbold\u001b[0m\n"],
  ])("%s prints to stdout", async (code, expected) => {
    expect(printed(await kernel.execute(code), "stdout")).toContain(expected);
  });

  test("warnings, errors, failed assertions and traces go to stderr, a trace with the cell's line", async () => {
    const cell = await kernel.execute(
      "console.warn('w'); console.error('e'); console.assert(false, 'a')\nconsole.trace('t')",
    );
    expect(printed(cell, "stderr")).toMatch(/^w\ne\nAssertion failed: a\nTrace: t\n {4}at cell \[\d+\]:2:/);
  });

  test("timers tell how long something took", async () => {
    const cell = await kernel.execute("console.time('t'); console.timeLog('t', 'x'); console.timeEnd('t')");
    expect(printed(cell, "stdout")).toMatch(/^t: [\d.]+ms x\nt: [\d.]+ms\n$/);
  });

  test("prints values in colours where FORCE_COLOR asks for it, and plainly elsewhere", async () => {
    expect(printed(await kernel.execute("console.log({ a: 1 })"), "stdout")).toBe("{ a: 1 }\n");
    const coloured = new KernelClient({ FORCE_COLOR: "1" });
    await coloured.start(tmpdir());
    expect(printed(await coloured.execute("console.log({ a: 1 })"), "stdout")).toBe("{ a: \u001b[33m1\u001b[39m }\n");
    await coloured.close();
  });
});

describe("process.stdout", () => {
  test("takes encodings and callbacks, and says that all went well", async () => {
    const cell = await kernel.execute(
      "const ok = process.stdout.write('6869', 'hex'); await new Promise<void>((done) => process.stdout.write(' there', 'utf8', () => done())); await new Promise<void>((done) => process.stderr.write('e', () => done())); ok",
    );
    expect(sequence(cell)).toEqual(["stdout:hi there", "stderr:e"]);
    expect(resultOf(cell)).toBe("true");
  });

  test("joins a character whose bytes come apart, and shows half a character as such", async () => {
    const cell = await kernel.execute(
      "for (const byte of Buffer.from('aé😀\\n')) process.stdout.write(Uint8Array.of(byte)); process.stdout.write('\\ud83d|')",
    );
    expect(printed(cell, "stdout")).toBe("aé😀\n\ufffd|");
  });

  test("is never ended: what comes after still prints, also of child processes", async () => {
    await kernel.execute("process.stdout.end('last\\n'); process.stderr.end()");
    const cell = await kernel.execute("console.log('more'); childProcess.execSync('echo child', { stdio: 'inherit' })");
    expect(printed(cell, "stdout")).toBe("more\nchild\n");
  });

  test("can be piped into", async () => {
    const cell = await kernel.execute(
      "import { pipeline } from 'node:stream/promises'; await pipeline(['a', 'b'], process.stdout); console.log('c')",
    );
    expect(printed(cell, "stdout")).toBe("abc\n");
  });
});

describe("output past the console keeps its place:", () => {
  test("of asynchronous child processes, before what follows their end", async () => {
    const cell = await kernel.execute(`
      console.log("before");
      const child = childProcess.spawn("sh", ["-c", "echo out; echo err >&2; echo out again"], { stdio: "inherit" });
      await new Promise((ended) => child.on("exit", ended));
      console.log("after")`);
    expect(printed(cell, "stdout")).toBe("before\nout\nout again\nafter\n");
    expect(printed(cell, "stderr")).toBe("err\n");
    expect(sequence(cell).at(-1)).toMatch(/after\n$/);
  });

  test("of writes to the descriptors themselves", async () => {
    const cell = await kernel.execute(`
      console.log("1"); fs.writeSync(1, "2\\n"); console.log("3"); fs.writeSync(2, "4\\n"); console.log("5");
      await new Promise((done) => fs.write(1, "6\\n", done)); console.log("7")`);
    expect(sequence(cell)).toEqual(["stdout:1\n2\n3\n", "stderr:4\n", "stdout:5\n6\n7\n"]);
  });

  test("child processes whose output is caught are as they are in Node", async () => {
    const code = "import { promisify } from 'node:util'; await promisify(childProcess.exec)('echo a; echo b >&2')";
    expect(resultOf(await kernel.execute(code))).toBe("{ stdout: 'a\\n', stderr: 'b\\n' }");
  });

  test("nothing of it reaches a file or a pipe of the cell's own", async () => {
    const file = join(temporaryFolder(), "out.txt");
    await kernel.execute(
      `const out = fs.openSync(${JSON.stringify(file)}, "w"); childProcess.execSync("echo file", { stdio: ["ignore", out, "inherit"] }); fs.writeSync(out, "own\\n"); fs.closeSync(out)`,
    );
    expect(readFileSync(file, "utf8")).toBe("file\nown\n");
  });
});

test("late output of timers, promises and events goes to the cell that began them, others in between", async () => {
  const first = await kernel.execute(
    "setTimeout(() => console.log('timer'), 400); setTimeout(async () => { await null; console.error('promise') }, 450); 0",
  );
  const second = await kernel.execute("setTimeout(() => console.log('second'), 500); console.log('at once'); 1");
  const rest = await kernel.command<Received[]>("drain", { seconds: 1.5 });
  const late = [...second.messages, ...rest].filter(({ type }) => type === "stream");
  expect(late.map(({ parent, content }) => [parent, content["text"]])).toEqual([
    [second.id, "at once\n"],
    [first.id, "timer\n"],
    [first.id, "promise\n"],
    [second.id, "second\n"],
  ]);
});

test("every output of a cell comes before its idle, however much and however made", async () => {
  const cell = await kernel.execute(`
    for (let i = 0; i < 2000; i++) console.log(i);
    childProcess.execSync("seq 1 2000", { stdio: "inherit" });
    display.html("x"); console.error("end")`);
  expect(cell.messages.at(-1)?.content["execution_state"]).toBe("idle");
  expect(printed(cell, "stdout").split("\n")).toHaveLength(4001);
  const rest = await kernel.command<Received[]>("drain", { seconds: 0.3 });
  expect(rest.filter(({ type }) => type !== "status")).toEqual([]);
});
