import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { readNotebook } from "../../src/cli/notebook-file.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { run } from "./run.js";

const KERNEL = join(PACKAGE_ROOT, "dist", "kernel", "main.js");
let folder: string;
let target: string;

beforeEach(() => {
  folder = temporaryFolder();
  target = join(folder, "executed.ipynb");
});

const notebook = (...cells: string[]): string => {
  const path = join(folder, "01-small.ipynb");
  const codeCell = { cell_type: "code", metadata: {}, execution_count: null, outputs: [] };
  const content = { metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(
    path,
    JSON.stringify({ ...content, cells: cells.map((source, k) => ({ ...codeCell, source, id: `${k}` })) }),
  );
  return path;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a notebook in the kernel", () => {
  it("tells each cell, what it prints, and its end", async () => {
    const { end, events } = await run({ source: notebook('console.log("hello")', "\n\n// a comment\n1 + 1"), target });
    expect(end.status).toBe("complete");
    expect(events).toMatchObject([
      { event: "start", cells: 2 },
      { event: "cell", cell: 1, source: 'console.log("hello")' },
      { event: "output", cell: 1, name: "stdout", text: "hello\n" },
      { event: "finished", cell: 1 },
      { event: "cell", cell: 2, source: "// a comment" },
      { event: "finished", cell: 2 },
    ]);
    const { cells } = await readNotebook(target);
    expect(cells[1]?.outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": ["2"] } }]);
  });

  it("may come from a kernel that writes to the runner's standard output", async () => {
    const spec = join(folder, "kernels", "noisy");
    mkdirSync(spec, { recursive: true });
    const noisy = ["sh", "-c", 'echo "{"; exec "$0" "$@"', process.execPath, KERNEL, "{connection_file}"];
    writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv: noisy, display_name: "", language: "typescript" }));
    const job = { source: notebook("1"), target, kernel: "noisy", environment: { JUPYTER_PATH: folder } };
    expect((await run(job)).end.status).toBe("complete");
  });

  it("stops at the first error, named with cell and message; what ran before is written", async () => {
    const source = notebook("const x = 41;\nx + 1", "throw new RangeError(`no ${x}`);", "never");
    const { end, events } = await run({ source, target });
    expect(end).toMatchObject({
      status: "failed",
      failure: { cell: 2, ename: "RangeError", evalue: "no 41", traceback: expect.stringContaining("no 41") },
    });
    expect(events).not.toContainEqual(expect.objectContaining({ cell: 3 }));
    const { cells } = await readNotebook(target);
    expect(cells.map(({ outputs }) => outputs?.[0]?.output_type)).toEqual(["execute_result", "error", undefined]);
  });

  it("says so when the kernel dies", async () => {
    const { end } = await run({
      source: notebook('process.kill(process.ppid, "SIGKILL");\nawait new Promise(() => {})'),
      target,
    });
    expect(end).toMatchObject({ status: "failed", failure: { cell: 1, ename: "KernelDied" } });
  });

  it("ends within seconds of an abort, in the middle of a loop, and leaves no process", async () => {
    const controller = new AbortController();
    let session = 0;
    let aborted = 0;
    const { end } = await run({
      source: notebook("console.log(process.pid);", "for (;;);"),
      target,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.event === "output") session = Number(event.text);
        if (event.event !== "cell" || event.cell !== 2) return;
        setTimeout(() => {
          expect(isAlive(session)).toBe(true);
          aborted = Date.now();
          controller.abort();
        }, 500);
      },
    });
    expect(end).toMatchObject({ status: "failed", failure: { cell: 2, ename: "Interrupted" } });
    expect(Date.now() - aborted).toBeLessThan(10_000);
    expect(session).toBeGreaterThan(0);
    await expect.poll(() => isAlive(session), { timeout: 5_000 }).toBe(false);
    expect((await readNotebook(target)).cells[0]?.outputs).toHaveLength(1);
  });
});
