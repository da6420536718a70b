import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { matchesGlob } from "../../kernel/front/glob.js";
import { HistoryFiles } from "../../kernel/front/history-files.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { KernelClient } from "./kernel-client.js";

type Entry = [number, number, string | [string, string | null]];

async function startKernel(data: string, environment: Record<string, string> = {}): Promise<KernelClient> {
  const kernel = new KernelClient({ JUPYTER_DATA_DIR: data, DIFFREPAIRER_HISTORY: "", ...environment });
  onTestFinished(() => kernel.close());
  await kernel.start(data);
  return kernel;
}

async function ask(kernel: KernelClient, query: object): Promise<Entry[]> {
  const { reply } = await kernel.request("history_request", { raw: true, output: false, ...query });
  return reply?.content["history"] as Entry[];
}

const tail = (kernel: KernelClient, n = 10) => ask(kernel, { hist_access_type: "tail", n });
const folderOf = (data: string): string => join(data, "diffrepairer", "history");

describe("history", () => {
  test("outlives a restart: tail, range of a session by number, and search see what other sessions ran", async () => {
    const kernel = await startKernel(temporaryFolder());
    for (const code of ["'one'", "'two'", "let three"]) await kernel.execute(code);
    await kernel.command("restart");
    for (const code of ["'two'", "'four'"]) await kernel.execute(code);

    expect(await tail(kernel)).toEqual([
      [1, 1, "'one'"],
      [1, 2, "'two'"],
      [1, 3, "let three"],
      [2, 1, "'two'"],
      [2, 2, "'four'"],
    ]);
    expect(await tail(kernel, 3)).toEqual((await tail(kernel)).slice(2));
    expect(await tail(kernel, 0)).toEqual([]);

    const range = (session: number, start?: number, stop?: number) =>
      ask(kernel, { hist_access_type: "range", session, start, stop });
    expect(await range(0)).toEqual([
      [2, 1, "'two'"],
      [2, 2, "'four'"],
    ]);
    expect(await range(0, 2, 3)).toEqual([[2, 2, "'four'"]]);
    expect(await range(-1, 1, 3)).toEqual([
      [1, 1, "'one'"],
      [1, 2, "'two'"],
    ]);
    expect(await range(1, 3)).toEqual([[1, 3, "let three"]]);
    expect(await range(99)).toEqual([]);

    const search = (pattern: string, options: object = {}) =>
      ask(kernel, { hist_access_type: "search", pattern, ...options });
    expect(await search("'t*'")).toEqual([
      [1, 2, "'two'"],
      [2, 1, "'two'"],
    ]);
    expect(await search("'t*'", { unique: true })).toEqual([[2, 1, "'two'"]]);
    expect(await search("*o*", { n: 2 })).toEqual([
      [2, 1, "'two'"],
      [2, 2, "'four'"],
    ]);
    expect(await search("'o?e'")).toEqual([[1, 1, "'one'"]]);
    expect(await search("one")).toEqual([]);
  });

  test("gives results when asked for them, null where there was none, and not those of cells that are not stored", async () => {
    const kernel = await startKernel(temporaryFolder());
    await kernel.execute("[1, 'a']");
    await kernel.execute("let quiet = 1");
    await kernel.execute("'unstored'", { store_history: false });
    await kernel.execute("'silent'", { silent: true });
    await kernel.execute("'x'.repeat(20_000)");
    const expected = [
      [1, 1, ["[1, 'a']", "[ 1, 'a' ]"]],
      [1, 2, ["let quiet = 1", null]],
      [1, 3, ["'x'.repeat(20_000)", null]],
    ];
    expect(await ask(kernel, { hist_access_type: "tail", n: 9, output: true })).toEqual(expected);
    await kernel.command("restart");
    expect(await ask(kernel, { hist_access_type: "tail", n: 9, output: true })).toEqual(expected);
  });

  test("is shared by kernels that run at once, each a session of its own", async () => {
    const data = temporaryFolder();
    const [first, second] = await Promise.all([startKernel(data), startKernel(data)]);
    await Promise.all([first.execute("'a'"), second.execute("'b'")]);
    await Promise.all([first.execute("'c'"), second.execute("'d'")]);
    const seen = await tail(first);
    expect(seen.map(([, , code]) => code).sort()).toEqual(["'a'", "'b'", "'c'", "'d'"]);
    expect(new Set(seen.map(([session]) => session))).toEqual(new Set([1, 2]));
    expect(readdirSync(folderOf(data)).sort()).toEqual(["1.jsonl", "2.jsonl"]);
  });

  test("can be read by its user alone", async () => {
    const data = temporaryFolder();
    const kernel = await startKernel(data);
    await kernel.execute("'secret'");
    expect(statSync(folderOf(data)).mode & 0o777).toBe(0o700);
    expect(statSync(join(folderOf(data), "1.jsonl")).mode & 0o777).toBe(0o600);
  });

  test("is read past a torn line, and past lines that are none of its own", async () => {
    const data = temporaryFolder();
    mkdirSync(folderOf(data), { recursive: true });
    const lines = [
      '{"line":1,"code":"\'kept\'"}',
      "null",
      "[]",
      '{"line":"x"}',
      '{"line":7,"output":"orphan"}',
      '{"line":2,"co',
    ];
    writeFileSync(join(folderOf(data), "4.jsonl"), lines.join("\n"));
    writeFileSync(join(folderOf(data), "notes.txt"), "not ours");
    const kernel = await startKernel(data);
    await kernel.execute("'new'");
    expect(await tail(kernel)).toEqual([
      [4, 1, "'kept'"],
      [5, 1, "'new'"],
    ]);
  });

  test("stays in memory, and on no disk, with DIFFREPAIRER_HISTORY=off", async () => {
    const data = temporaryFolder();
    const kernel = await startKernel(data, { DIFFREPAIRER_HISTORY: "off" });
    await kernel.execute("'seen'");
    expect(await tail(kernel)).toEqual([[1, 1, "'seen'"]]);
    expect(existsSync(join(data, "diffrepairer"))).toBe(false);
  });

  test("stays in memory where its folder cannot be made", async () => {
    const data = temporaryFolder();
    writeFileSync(join(data, "diffrepairer"), "a file in its place");
    const kernel = await startKernel(data);
    await kernel.execute("'seen'");
    await kernel.execute("'too'");
    expect((await tail(kernel)).map(([, , code]) => code)).toEqual(["'seen'", "'too'"]);
  });
});

describe("history files", () => {
  const files = (folder: string, log = vi.fn()) => ({ files: new HistoryFiles(folder, log), log });

  test("are bounded: the oldest go, and numbers go on", () => {
    const folder = temporaryFolder();
    for (let session = 1; session <= 1100; session++) appendFileSync(join(folder, `${session}.jsonl`), "\n");
    const { files: history } = files(folder);
    history.append({ line: 1, code: "'new'" });
    expect(history.session).toBe(1101);
    expect(history.sessions()[0]).toBe(101);
    expect(history.sessions()).toHaveLength(1001);
  });

  test("are bounded in bytes, all together and each", () => {
    const folder = temporaryFolder();
    for (const session of [1, 2, 3]) writeFileSync(join(folder, `${session}.jsonl`), "x".repeat(15 * 2 ** 20));
    const { files: history } = files(folder);
    for (let line = 1; line < 12; line++) history.append({ line, code: "x".repeat(2 ** 20) });
    expect(history.sessions()).toEqual([2, 3, 4]);
    expect(statSync(join(folder, "4.jsonl")).size).toBeLessThanOrEqual(8 * 2 ** 20);
    history.append({ line: 12, code: "'short ones still find room'" });
    expect(readFileSync(join(folder, "4.jsonl"), "utf8")).toContain("find room");
  });

  test("that cannot be written are told once", () => {
    const folder = join(temporaryFolder(), "file");
    writeFileSync(folder, "");
    const { files: history, log } = files(folder);
    history.append({ line: 1, code: "1" });
    history.append({ line: 2, code: "2" });
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^history is not kept: E/));
  });
});

test.each([
  ["", "", true],
  ["", "*", true],
  ["a", "", false],
  ["6 * 7", "6 ? *", true],
  ["a\nb", "a*b", true],
  ["abcab", "*ab", true],
  ["abcab", "a*c", false],
  ["a.b", "a?b", true],
  ["axb", "a.b", false],
  ["[x]", "[x]", true],
  ["aab", "*?b", true],
])("%j matches the glob %j: %j", (text, pattern, expected) => {
  expect(matchesGlob(text, pattern)).toBe(expected);
});
