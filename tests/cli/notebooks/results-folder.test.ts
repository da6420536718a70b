import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ResultsFolder } from "../../../src/cli/notebooks/results-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { sampleRecord } from "../samples.js";

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

const publish = async (started: string): Promise<void> => {
  const opened = await ResultsFolder.open(folder);
  writeFileSync(join(opened.partial, "report.html"), started);
  await opened.publish(sampleRecord({ started }));
};

describe("a results folder", () => {
  it("is made where there is none", async () => {
    await ResultsFolder.open(join(folder, "a", "b"));
    expect(existsSync(join(folder, "a", "b", ".partial", "notebooks"))).toBe(true);
  });

  it("shows nothing of a run until it is published, and the run before in previous", async () => {
    await publish("2026-01-01T00:00:00Z");
    const second = await ResultsFolder.open(folder);
    expect(readdirSync(folder).sort()).toEqual([".partial", "previous"]);
    expect(second.previousStarted).toBe("2026-01-01T00:00:00Z");
    expect(readFileSync(join(folder, "previous", "report.html"), "utf8")).toBe("2026-01-01T00:00:00Z");
  });

  it("is taken over from a run that was killed, whose pieces go, with the run before it kept", async () => {
    await publish("2026-01-01T00:00:00Z");
    const killed = await ResultsFolder.open(folder);
    writeFileSync(join(killed.partial, "report.html"), "half");
    writeFileSync(join(killed.partial, "pid"), "999999999");
    mkdirSync(join(folder, "figures"));
    const next = await ResultsFolder.open(folder);
    expect(readdirSync(folder).sort()).toEqual([".partial", "previous"]);
    expect(existsSync(join(next.partial, "report.html"))).toBe(false);
    expect(next.previousStarted).toBe("2026-01-01T00:00:00Z");
  });

  it("is refused while another run writes to it", async () => {
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)", "notebooks"]);
    onTestFinished(() => void other.kill());
    const { partial } = await ResultsFolder.open(folder);
    writeFileSync(join(partial, "pid"), String(other.pid));
    await expect(ResultsFolder.open(folder)).rejects.toThrow(
      `another run (process ${other.pid}) is writing to ${folder}`,
    );
    expect(existsSync(partial)).toBe(true);
  });

  it.each(["report.html", "notebooks", "figures", "previous"])("is refused with a %s of someone else", async (name) => {
    if (name === "report.html") writeFileSync(join(folder, name), "mine");
    else mkdirSync(join(folder, name));
    writeFileSync(join(folder, "results.json"), '{"format":"other"}');
    await expect(ResultsFolder.open(folder)).rejects.toThrow(/has files that no run of ours wrote.*--results/);
    expect(existsSync(join(folder, name))).toBe(true);
    expect(existsSync(join(folder, ".partial"))).toBe(false);
  });

  it("lives with files that it does not use", async () => {
    writeFileSync(join(folder, "notes.txt"), "mine");
    await publish("2026-01-01T00:00:00Z");
    await publish("2026-01-02T00:00:00Z");
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });

  it("says what to do where it cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(ResultsFolder.open(join(folder, "file", "results"))).rejects.toThrow(
      /cannot write to .*file\/results: .*choose another folder with --results/,
    );
  });
});
