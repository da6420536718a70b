import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LanguageClient } from "../../extension/src/language/client.js";
import { inOrder } from "../../extension/src/language/edits.js";
import { nextProblem, type Problem } from "../../extension/src/language/problems.js";
import { LANGUAGE_TARGET, type Diagnostic } from "../../extension/src/language/protocol.js";
import * as kernel from "../../kernel/front/editor-messages.js";

it("asks the target that the kernel has", () => {
  expect(LANGUAGE_TARGET).toBe(kernel.LANGUAGE_TARGET);
});

describe("a language client", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const wrong: Diagnostic = { from: 0, to: 1, code: 2304, message: "no", severity: "error" };

  function started() {
    const state = { cells: [{ id: "a", code: "1" }], sent: [] as Record<string, unknown>[], found: [] as unknown[] };
    const client = new LanguageClient({
      send: (data) => state.sent.push(data as Record<string, unknown>),
      cells: () => state.cells,
      found: (cells) => state.found.push(cells),
    });
    const type = (code: string): void => {
      state.cells = [{ id: "a", code }];
      client.changed();
    };
    return { client, state, type };
  }

  it("sends what the kernel reads", async () => {
    const { client, state } = started();
    void client.ask("rename", { cell: "a", at: 0, name: "b" });
    void client.ask("format", { cells: ["a"] });
    expect(state.sent.map((data) => kernel.fromEditor(data))).toEqual(state.sent);
    expect(state.sent.map(({ type }) => type)).toEqual(["notebook", "request", "request"]);
  });

  it("tells of the notebook at once, then when nothing has been typed for a while, and only if it has changed", () => {
    const { state, type } = started();
    type("12");
    vi.advanceTimersByTime(200);
    type("123");
    vi.advanceTimersByTime(299);
    expect(state.sent.map(({ version }) => version)).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(state.sent[1]).toEqual({ type: "notebook", version: 2, cells: [{ id: "a", code: "123" }] });
    type("123");
    vi.advanceTimersByTime(1_000);
    expect(state.sent.length).toBe(2);
  });

  it("is not put off by outputs, however fast they come", () => {
    const { client, state, type } = started();
    type("12");
    for (let i = 0; i < 4; i++) {
      vi.advanceTimersByTime(100);
      client.changed();
    }
    expect(state.sent.map(({ version }) => version)).toEqual([1, 2]);
  });

  it("drops what was found in an older version, or is old by the time it comes", () => {
    const { client, state, type } = started();
    const cells = { a: [wrong] };
    client.receive({ type: "diagnostics", version: 1, cells });
    expect(state.found).toEqual([cells]);
    type("12");
    client.receive({ type: "diagnostics", version: 1, cells });
    vi.advanceTimersByTime(300);
    client.receive({ type: "diagnostics", version: 1, cells });
    expect(state.found.length).toBe(1);
    client.receive({ type: "diagnostics", version: 2, cells });
    expect(state.found.length).toBe(2);
  });

  it("asks about the newest text, and gives no answer about one that has changed", async () => {
    const { client, state, type } = started();
    type("12");
    const answer = client.ask("hover", { cell: "a", at: 0 });
    expect(state.sent.at(-2)).toMatchObject({ type: "notebook", version: 2 });
    expect(state.sent.at(-1)).toMatchObject({ request: 1, version: 2, method: "hover" });
    client.receive({ type: "reply", request: 1, status: "ok", result: null });
    await expect(answer).resolves.toBe(null);
    const late = client.ask("hover", { cell: "a", at: 0 });
    type("123");
    client.receive({ type: "reply", request: 2, status: "ok", result: null });
    await expect(late).resolves.toBe(undefined);
    const stale = client.ask("hover", { cell: "a", at: 0 });
    client.receive({ type: "reply", request: 3, status: "stale" });
    await expect(stale).resolves.toBe(undefined);
  });

  it("says why there is no answer: refused, gone, or never given", async () => {
    const { client } = started();
    const refused = client.ask("rename", { cell: "a", at: 0, name: "1" });
    client.receive({ type: "reply", request: 1, status: "error", message: "no name" });
    await expect(refused).rejects.toThrow("no name");
    const silent = expect(client.ask("hover", { cell: "a", at: 0 })).rejects.toThrow("the kernel does not answer");
    await vi.advanceTimersByTimeAsync(30_000);
    await silent;
    client.receive({ type: "reply", request: 2, status: "ok", result: null });
    const gone = expect(client.ask("hover", { cell: "a", at: 0 })).rejects.toThrow("the kernel has gone");
    client.close();
    await gone;
  });
});

describe("edits", () => {
  const made = (text: string, edits: Parameters<typeof inOrder>[1]): string =>
    inOrder(text, edits).reduce(
      (source, { from, to, text: inserted }) => source.slice(0, from) + inserted + source.slice(to),
      text,
    );

  it("are made from the end, as short as they can be", () => {
    const edits = [
      { from: 0, to: 1, text: "bb" },
      { from: 4, to: 5, text: "bb" },
    ];
    expect(made("a = a", edits)).toBe("bb = bb");
    expect(inOrder("f( 1 );", [{ from: 0, to: 7, text: "f(1);" }])).toEqual([{ from: 2, to: 5, text: "1" }]);
    expect(inOrder("aaa", [{ from: 0, to: 3, text: "aa" }])).toEqual([{ from: 2, to: 3, text: "" }]);
    expect(inOrder("aa", [{ from: 0, to: 2, text: "aaa" }])).toEqual([{ from: 2, to: 2, text: "a" }]);
    expect(made("", [{ from: 0, to: 0, text: "x" }])).toBe("x");
  });
});

describe("the next problem", () => {
  const at = (index: number, from: number): Problem => ({
    index,
    diagnostic: { from, to: from + 1, code: 1, message: "", severity: "error" },
  });
  const problems = [at(2, 4), at(0, 7), at(2, 1)];

  it("is the nearest in the order of the notebook, and after the last comes the first", () => {
    expect(nextProblem(problems, { index: 0, at: 0 }, 1)).toEqual(at(0, 7));
    expect(nextProblem(problems, { index: 0, at: 7 }, 1)).toEqual(at(2, 1));
    expect(nextProblem(problems, { index: 2, at: 1 }, 1)).toEqual(at(2, 4));
    expect(nextProblem(problems, { index: 2, at: 4 }, 1)).toEqual(at(0, 7));
  });

  it("is before, in the other direction", () => {
    expect(nextProblem(problems, { index: 2, at: 4 }, -1)).toEqual(at(2, 1));
    expect(nextProblem(problems, { index: 1, at: 0 }, -1)).toEqual(at(0, 7));
    expect(nextProblem(problems, { index: 0, at: 7 }, -1)).toEqual(at(2, 4));
    expect(nextProblem([], { index: 0, at: 0 }, -1)).toBe(undefined);
  });
});
