import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runNotebook, type NotebookEvent, type NotebookJob } from "../../../src/cli/notebooks/run-notebook.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { fakePython } from "../samples.js";

const events: NotebookEvent[] = [];

const job = (python: string, signal = new AbortController().signal): NotebookJob => ({
  source: "/notebooks/01.ipynb",
  target: "/results/01.ipynb",
  python,
  kernel: "some-kernel",
  environment: { ...process.env, DIFFREPAIRER_SEED: "5" },
  signal,
  onEvent: (event) => events.push(event),
});

const say = (event: object): string => `printf '%s\\n' '${JSON.stringify(event)}'`;

describe("the runner of a notebook", () => {
  it("is given notebook, target, kernel and environment", async () => {
    const folder = temporaryFolder();
    const python = fakePython(folder, `echo "$@" $DIFFREPAIRER_SEED > ${folder}/args; ${say({ event: "done" })}`);
    await runNotebook(job(python));
    expect(readFileSync(join(folder, "args"), "utf8")).toMatch(
      /\/scripts\/run_notebook\.py \/notebooks\/01\.ipynb \/results\/01\.ipynb --kernel some-kernel 5\n$/,
    );
  });

  it("tells what happens, then how much memory it took", async () => {
    const told = [
      { event: "start", cells: 1 },
      { event: "cell", cell: 1, source: "1 + 1" },
      { event: "output", cell: 1, name: "stdout", text: "2\n" },
      { event: "finished", cell: 1, seconds: 0.5 },
    ];
    const script = [...told, { event: "done", peak_bytes: 1024 }].map(say).join("\n");
    events.length = 0;
    expect(await runNotebook(job(fakePython(temporaryFolder(), script)))).toEqual({
      status: "complete",
      peakBytes: 1024,
    });
    expect(events).toEqual(told);
  });

  it("tells cell and error of a failure", async () => {
    const failure = { cell: 3, ename: "TypeError", evalue: "no", traceback: "at line 1" };
    const python = fakePython(temporaryFolder(), `${say({ event: "failed", ...failure })}; exit 1`);
    expect(await runNotebook(job(python))).toEqual({ status: "failed", failure });
  });

  it("fails with the last words of a runner that ends without an answer", async () => {
    const python = fakePython(temporaryFolder(), "echo Traceback >&2; echo 'No module named nbclient' >&2; exit 7");
    expect(await runNotebook(job(python))).toMatchObject({
      status: "failed",
      failure: { cell: 0, evalue: expect.stringMatching(/ended with code 7: No module named nbclient$/) },
    });
  });

  it("fails where Python cannot be started", async () => {
    expect(await runNotebook(job("/nope/python"))).toMatchObject({
      status: "failed",
      failure: { cell: 0, ename: "RunnerFailed", evalue: expect.stringMatching(/does not start: .*ENOENT/) },
    });
  });

  it.each(["before", "after"])("closes its standard input when aborted %s the start", async (when) => {
    const controller = new AbortController();
    const interrupted = { cell: 1, ename: "Interrupted", evalue: "", traceback: "" };
    const python = fakePython(
      temporaryFolder(),
      `${say({ event: "start", cells: 1 })}; cat > /dev/null; ${say({ event: "failed", ...interrupted })}`,
    );
    if (when === "before") controller.abort();
    const end = runNotebook({ ...job(python, controller.signal), onEvent: () => controller.abort() });
    expect(await end).toEqual({ status: "failed", failure: interrupted });
  });
});
