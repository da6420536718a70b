import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { rebuildReport } from "../../../src/cli/notebooks/rebuild-report.js";
import type { RunRecord } from "../../../src/cli/notebooks/record.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { PNG } from "../samples.js";
import { failed, fakeRun, Workplace } from "./fake-run.js";

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

const recordOnDisk = (...folder: string[]) =>
  JSON.parse(readFileSync(place.path(...folder, "results.json"), "utf8")) as RunRecord;

describe("a complete run", () => {
  it("leaves notebooks, figures, results.json and the report, and nothing else", async () => {
    const record = await place.run();
    expect(readdirSync(place.results).sort()).toEqual(["figures", "notebooks", "report.html", "results.json"]);
    expect(readdirSync(place.path("notebooks"))).toEqual(["01-first.ipynb", "02-second.ipynb"]);
    expect(readdirSync(place.path("figures")).sort()).toEqual(
      ["curve-a", "curve-a-2"].flatMap((name) => ["png", "svg", "vl.json"].map((ending) => `${name}.${ending}`)).sort(),
    );
    expect(readFileSync(place.path("figures", "curve-a.png")).toString("base64")).toBe(PNG);
    expect(recordOnDisk()).toEqual(record);
  });

  it("can have its report written anew, the same, without a run", async () => {
    await place.run();
    const before = readFileSync(place.path("report.html"), "utf8");
    rmSync(place.path("report.html"));
    const terminal = new RecordingTerminal();
    await rebuildReport(place.results, terminal);
    expect(readFileSync(place.path("report.html"), "utf8")).toBe(before);
    expect(terminal.text).toMatch(/report\.html: 2 notebooks, run \d{4}-\d\d-\d\d\n$/);
  });

  it("is needed for that", async () => {
    await place
      .run(fakeRun({ "01-first.ipynb": failed("Interrupted", "the run was ended from outside") }))
      .catch(() => undefined);
    await expect(rebuildReport(place.results, new RecordingTerminal())).rejects.toThrow("is not of a complete run");
  });

  it("records mode, seed, environment, notebooks, figures and tables", async () => {
    expect(await place.run()).toMatchObject({
      format: "diffrepairer-results",
      status: "complete",
      mode: "quick",
      seed: 7,
      environment: { backend: "fake" },
      notebooks: [
        { name: "01-first", title: "First", status: "complete", cells: 1, peakBytes: 2 ** 30 },
        { name: "02-second", title: "Second", status: "complete", cells: 2, file: "notebooks/02-second.ipynb" },
      ],
      figures: [
        { name: "curve-a", notebook: "01-first" },
        { name: "curve-a-2", notebook: "02-second" },
      ],
      results: { measures: { columns: ["method", "MSE"], rows: [["DAE", 0.5]], notebook: "02-second" } },
    });
  });

  it("hands mode, seed and kernel to each notebook", async () => {
    const jobs: string[] = [];
    await place.run(
      fakeRun({}, ({ kernel, python, environment }) =>
        jobs.push([kernel, python, environment.DIFFREPAIRER_MODE, environment.DIFFREPAIRER_SEED].join(" ")),
      ),
      { mode: "trial", seed: 3 },
    );
    expect(jobs).toEqual(Array(2).fill("diffrepairer /fake/python trial 3"));
  });

  it("ends with the measures, the time of each notebook and the place of the report", async () => {
    await place.run();
    expect(place.terminal.text).toContain("measures (02-second)\nmethod    MSE\n");
    expect(place.terminal.text).toMatch(/01-first +1 +\d+\.\d s +1\.00 GiB/);
    expect(place.terminal.text).toContain(`Open ${place.path("report.html")}\n`);
  });

  it("runs the notebooks asked for", async () => {
    for (const [only, expected] of [
      [["02"], ["02-second"]],
      [
        ["01-first.ipynb", "02"],
        ["01-first", "02-second"],
      ],
      [["02-second"], ["02-second"]],
    ]) {
      const { notebooks } = await place.run(fakeRun(), { only });
      expect(notebooks.map(({ name }) => name)).toEqual(expected);
    }
  });

  it.each([[["03"]], [["0"]], [["01", "0"]], [[]]])("does not start for --only %j", async (only) => {
    await expect(place.run(fakeRun(), { only })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/there are 01-first, 02-second$/),
    });
    expect(existsSync(place.results)).toBe(false);
  });

  it("says what a folder without notebooks is", async () => {
    await expect(place.run(fakeRun(), { notebooks: "/nope" })).rejects.toThrow("/nope has no notebooks");
  });
});

describe("a failing notebook", () => {
  const failing = () => fakeRun({ "01-first.ipynb": failed("RangeError", "budget is \u001b[31mhuge\u001b[0m", 4) });

  it("is named with cell and error, and ends the run with 1", async () => {
    await expect(place.run(failing())).rejects.toMatchObject({
      exitCode: 1,
      message:
        "notebook 01-first failed in cell 4: RangeError: budget is huge. The notebook as far as it ran, with the " +
        `traceback: ${place.path("notebooks", "01-first.failed.ipynb")}. No report was written.`,
    });
    expect(place.terminal.lines.at(-1)).toMatch(/^\[1\/2\] 01-first: failed in cell 4, /);
  });

  it("leaves what ran under a name of its own, and no report", async () => {
    await expect(place.run(failing())).rejects.toThrow();
    expect(readdirSync(place.results).sort()).toEqual(["figures", "notebooks", "results.json"]);
    expect(readdirSync(place.path("notebooks"))).toEqual(["01-first.failed.ipynb"]);
    expect(readdirSync(place.path("figures"))).toContain("curve-a.svg");
    expect(recordOnDisk()).toMatchObject({
      status: "failed",
      failure: { notebook: "01-first", cell: 4, ename: "RangeError" },
      notebooks: [
        { status: "failed", file: "notebooks/01-first.failed.ipynb" },
        { status: "not run", seconds: null, file: null },
      ],
    });
  });

  it("keeps the notebooks that ran before it", async () => {
    await expect(place.run(fakeRun({ "02-second.ipynb": failed("Error", "no") }))).rejects.toThrow(/02-second/);
    expect(readdirSync(place.path("notebooks"))).toEqual(["01-first.ipynb", "02-second.failed.ipynb"]);
  });

  it("may not even start", async () => {
    const run = async () => failed("RunnerFailed", "python ended with code 1: No module named nbclient", 0);
    await expect(place.run(run)).rejects.toThrow(
      /^notebook 01-first did not start: RunnerFailed: .*nbclient\. No report/,
    );
    expect(recordOnDisk().notebooks[0]).toMatchObject({ status: "failed", file: null });
  });

  it("leaves the results of the run before in previous, and says so", async () => {
    const { started } = await place.run();
    await expect(place.run(failing())).rejects.toThrow(
      `The results of the run of ${started.slice(0, 16).replace("T", " ")} UTC are in ${place.path("previous")}.`,
    );
    expect(recordOnDisk("previous").started).toBe(started);
    expect(existsSync(place.path("previous", "report.html"))).toBe(true);
    expect(existsSync(place.path("report.html"))).toBe(false);
  });

  it("never costs a complete run: that stays in previous through any number of failures", async () => {
    const { started } = await place.run();
    for (let k = 0; k < 3; k++) await expect(place.run(failing())).rejects.toThrow(/previous\.$/);
    expect(recordOnDisk("previous")).toMatchObject({ status: "complete", started });
    await place.run();
    expect(recordOnDisk("previous")).toMatchObject({ status: "complete", started });
    const latest = recordOnDisk().started;
    await place.run();
    expect(recordOnDisk("previous").started).toBe(latest);
  });
});

describe("a notebook that needs data sets", () => {
  const run = (missing: readonly string[]) => place.run(fakeRun(), {}, missing);

  beforeEach(() => place.need("01-first.ipynb", ["brain", "liver"]));

  it("is run where they can be had", async () => {
    expect((await run([])).notebooks).toMatchObject([{ status: "complete" }, { status: "complete" }]);
  });

  it("is skipped where one cannot, and terminal, results.json and report say why", async () => {
    expect(await run(["liver"])).toMatchObject({
      status: "complete",
      notebooks: [
        { name: "01-first", status: "skipped", missing: ["liver"], file: null, seconds: null },
        { name: "02-second", status: "complete" },
      ],
    });
    const why = "it needs liver, not in the data folder (DIFFREPAIRER_DATA) and not to be fetched";
    expect(place.terminal.text).toContain(`[1/2] 01-first: skipped, ${why}\n`);
    expect(place.terminal.text).toMatch(/01-first +1 +skipped/);
    expect(place.terminal.text).toContain("1 notebook, 1 figure, ");
    expect(recordOnDisk().notebooks[0]).toMatchObject({ status: "skipped", missing: ["liver"] });
    const report = readFileSync(place.path("report.html"), "utf8");
    expect(report).toContain(`01-first was skipped: ${why}.`);
    expect(report).toContain("1 notebook run through");
    expect(report).not.toContain('href="#notebook-01-first"');
  });
});

describe("an interrupted run", () => {
  it("says where, ends with 130, and the next run completes", async () => {
    const controller = new AbortController();
    const run = fakeRun({ "01-first.ipynb": failed("Interrupted", "the run was ended from outside") }, () =>
      controller.abort(),
    );
    await expect(place.run(run, { signal: controller.signal })).rejects.toMatchObject({
      exitCode: 130,
      message: "interrupted in cell 1 of notebook 01-first; no report was written.",
    });
    expect(place.terminal.text).toContain("01-first: interrupted in cell 1");
    expect(recordOnDisk()).toMatchObject({ status: "interrupted", notebooks: [{}, { status: "not run" }] });
    expect((await place.run()).status).toBe("complete");
    expect(existsSync(place.path("report.html"))).toBe(true);
  });

  it("may end before the first cell", async () => {
    const controller = new AbortController();
    controller.abort();
    const run = async () => failed("Interrupted", "", 0);
    await expect(place.run(run, { signal: controller.signal })).rejects.toThrow(
      "interrupted before the first cell of notebook 01-first",
    );
  });
});
