import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { repairAllCommand } from "../../../src/cli/samples/repair-all-command.js";
import { samplesReportCommand } from "../../../src/cli/samples/samples-report.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { fakePython } from "../samples.js";

let folder: string;
beforeEach(() => void (folder = temporaryFolder()));

describe("diffrepairer repair-all", () => {
  it("hands samples and options to Snakemake, and says which are finished", async () => {
    const script = `
[ "$1" = -c ] && exit 0
echo "$@"
mkdir -p "$6/reports" && touch "$6/reports/one.json" "$6/report.md"`;
    vi.stubEnv("DIFFREPAIRER_PYTHON", fakePython(temporaryFolder(), script));
    onTestFinished(() => void vi.unstubAllEnvs());
    writeFileSync(join(folder, "one.h5ad"), "");
    mkdirSync(join(folder, "model"));
    writeFileSync(join(folder, "sheet.csv"), "sample,file,model\none,one.h5ad,model\n");
    const terminal = new RecordingTerminal();
    const out = join(folder, "out");
    await repairAllCommand(
      join(folder, "sheet.csv"),
      {
        ...{ out, severity: "mild", minShare: 0.5, std: false, force: true, chunk: 512, jobs: 3, threads: 2 },
      },
      ["--executor", "slurm"],
      terminal,
    );
    expect(JSON.parse(readFileSync(join(out, "sweep-config.json"), "utf8"))).toMatchObject({
      samples: { one: { file: join(folder, "one.h5ad"), model: join(folder, "model"), severity: "mild" } },
      options: ["--min-share", "0.5", "--chunk", "512", "--no-std", "--force"],
      threads: 2,
    });
    const said = readFileSync(join(out, "snakemake.txt"), "utf8");
    expect(said).toMatch(/--snakefile .*samples\.smk .*--cores 6 --executor slurm/);
    expect(terminal.text).toMatch(/^1 jobs, 0 of them finished.*\n\[1\/1\] one /);
    expect(terminal.text).toContain(join(out, "report.md"));
  });
});

describe("the report of many samples", () => {
  it("has a row for each and their warnings, those that were refused among them", async () => {
    mkdirSync(join(folder, "reports"));
    const report = (name: string, content: object) =>
      writeFileSync(join(folder, "reports", `${name}.json`), JSON.stringify({ input: `${name}.h5ad`, ...content }));
    report("b", {
      values: { kind: "counts", place: "X", cells: 30, genes: 120 },
      ...{ match: { share: 0.951 }, severity: { median: 0.25 }, confidence: 0.876, unlike: { share: 0.1 } },
      warnings: ["depth: 9 molecules a cell"],
    });
    report("a", { refused: "the sample has 0 of the model's 60 genes" });
    await samplesReportCommand(folder, new RecordingTerminal());
    const text = readFileSync(join(folder, "report.md"), "utf8");
    expect(text).toContain("1 samples repaired, 1 refused.");
    expect(text).toContain("- **a was refused**: the sample has 0 of the model's 60 genes");
    expect(text).toContain("- b: depth: 9 molecules a cell");
    expect(text).toMatch(/p values computed on them are too small/);
    const [, first, second] = readFileSync(join(folder, "samples.csv"), "utf8").split("\n");
    expect(first).toBe("a,,,refused,,,,");
    expect(second).toBe("b,30,120,counts,95.1,25.0,0.88,10.0");
  });

  it("is made of one report at least", async () => {
    mkdirSync(join(folder, "reports"));
    await expect(samplesReportCommand(folder, new RecordingTerminal())).rejects.toThrow("holds no report");
  });
});
