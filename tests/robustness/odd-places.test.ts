import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { cacheFolder } from "../../src/lib/datasets/index.js";
import { readH5ad, writeH5ad } from "../../src/lib/io/index.js";
import { saveSampleModel } from "../../src/lib/repair/index.js";
import { jupyterDataFolder } from "../../kernel/kernelspec/locations.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { RawClient, type RawOptions } from "../kernel/raw-client.js";
import { simulatedCells, smallSampleNetwork } from "../lib/repair/sample/small-sample-model.js";

/** A folder's name with what breaks addresses, shells and patterns. */
const ODD = "naïve 日本 'q' #1 %20 ?x [a] $HOME";

const canBeOthers =
  spawnSync("setpriv", ["--reuid", "54321", "--clear-groups", process.execPath, "--version"]).status === 0;

/** Files cannot grow beyond some KiB, as on a disk that is nearly full. */
const NEARLY_FULL = (kib: number) => `ulimit -f ${kib}`;

describe("a user's home folder that is set to nothing", () => {
  it("is not looked for in the working folder", () => {
    vi.stubEnv("HOME", "");
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const name of ["JUPYTER_DATA_DIR", "XDG_DATA_HOME"]) vi.stubEnv(name, "");
    expect(isAbsolute(jupyterDataFolder())).toBe(true);
    expect(isAbsolute(cacheFolder({ HOME: "" }))).toBe(true);
  });
});

describe("a kernel", () => {
  const start = async (options: RawOptions) => {
    const environment = { DIFFREPAIRER_TYPES: "off", DIFFREPAIRER_HISTORY: "on", ...options.environment };
    const kernel = await RawClient.start({ ...options, environment });
    onTestFinished(() => kernel.close());
    return kernel;
  };
  const run = async (kernel: RawClient, code: string) => {
    const { reply, published } = await kernel.request("execute_request", { code, store_history: true });
    const texts = published.map(({ content }) => content["text"] ?? "");
    return { status: reply.content["status"], printed: texts.join(""), reply };
  };
  const homeless = { XDG_DATA_HOME: undefined, JUPYTER_DATA_DIR: undefined };

  it("runs cells where the home folder cannot be written, and says once that it keeps no history", async () => {
    const file = join(temporaryFolder(), "home");
    writeFileSync(file, "no folder");
    for (const HOME of ["/proc", file]) {
      const kernel = await start({ environment: { ...homeless, HOME } });
      for (let i = 0; i < 3; i++) expect((await run(kernel, `console.log(${i})`)).printed).toBe(`${i}\n`);
      expect(kernel.log.match(/history is not kept/g)).toHaveLength(1);
    }
  });

  it.skipIf(!canBeOthers)("runs cells of a user without any home folder", async () => {
    const folder = temporaryFolder();
    const kernel = await start({
      ...{ folder, before: `chown -R 54321 "${folder}"; exec setpriv --reuid 54321 --clear-groups "$0" "$@"` },
      environment: { ...homeless, HOME: undefined, TMPDIR: folder },
    });
    expect((await run(kernel, "console.log(process.getuid())")).printed).toBe("54321\n");
  });

  it("runs cells on a disk that takes nothing more", async () => {
    const folder = temporaryFolder();
    const kernel = await start({ before: NEARLY_FULL(0), environment: { ...homeless, HOME: folder } });
    expect((await run(kernel, "console.log('runs')")).printed).toBe("runs\n");
    const full = await run(kernel, "require('fs').writeFileSync('x', 'text')");
    expect(full.reply.content["evalue"]).toMatch(/EFBIG/);
    expect((await run(kernel, "console.log('runs on')")).printed).toBe("runs on\n");
  });

  it("runs cells, imports beside the notebook and keeps history in folders of any name", async () => {
    const folder = join(temporaryFolder(), ODD);
    mkdirSync(join(folder, "home"), { recursive: true });
    const environment = { ...homeless, HOME: join(folder, "home"), TMPDIR: folder, DIFFREPAIRER_TYPES: undefined };
    const kernel = await start({ folder, environment });
    await run(
      kernel,
      "require('fs').writeFileSync('beside.mjs', 'export const value = 7; export const fail = () => missing;')",
    );
    const imported = await run(kernel, 'import { value, fail } from "./beside.mjs"; console.log(value, process.cwd())');
    expect(imported.printed).toContain(`7 ${folder}`);
    const failed = await run(kernel, "fail()");
    expect(failed.reply.content["ename"]).toBe("ReferenceError");
    expect((failed.reply.content["traceback"] as string[]).join("\n")).toContain("beside.mjs");
    expect(kernel.log).not.toContain("history is not kept");
    expect(readdirSync(join(folder, "home", ".local", "share", "jupyter", "diffrepairer", "history"))).toEqual([
      "1.jsonl",
    ]);
  });
});

describe("the command line", () => {
  let trained: Awaited<ReturnType<typeof smallSampleNetwork>>;
  let folder: string;
  beforeAll(async () => void (trained = await smallSampleNetwork()));
  afterAll(() => trained.model.dispose!());
  beforeEach(async () => {
    folder = join(temporaryFolder(), ODD);
    mkdirSync(folder);
    await saveSampleModel(trained, join(folder, "model é"));
    await writeH5ad(simulatedCells({ cells: 40 }), join(folder, "cells é.h5ad"));
  });

  const diffrepairer = (args: readonly string[], environment: NodeJS.ProcessEnv = {}, before = "true") => {
    const main = join(PACKAGE_ROOT, "dist", "src", "cli", "main.js");
    return spawnSync("bash", ["-c", `${before}; exec "$0" "$@"`, process.execPath, main, ...args], {
      ...{ cwd: folder, encoding: "utf8" },
      env: { ...process.env, DIFFREPAIRER_DATA: "/nowhere", ...environment },
    });
  };
  const REPAIR = ["repair", "cells é.h5ad", "-o", "out é.h5ad", "--force"];

  it("repairs files in folders of any name, without a home folder", async () => {
    for (const HOME of [undefined, join(folder, "cells é.h5ad")]) {
      const { status, stderr } = diffrepairer([...REPAIR, "--model", "model é"], { HOME });
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(Object.keys((await readH5ad(join(folder, "out é.h5ad"), { nonFinite: "keep" })).layers)).toContain(
        "repaired",
      );
    }
  });

  it("leaves nothing behind on a disk that fills while it writes, and says so", () => {
    const { status, stderr } = diffrepairer([...REPAIR, "--model", "model é"], {}, NEARLY_FULL(16));
    expect(status).toBe(1);
    expect(stderr).toMatch(/out é\.h5ad: cannot be written \(EFBIG\)\. Check that .* the disk has room/);
    expect(readdirSync(folder).toSorted()).toEqual(["cells é.h5ad", "model é"]);
  });

  it("says what to set where models cannot be kept", () => {
    const nowhere = { HOME: join(folder, "cells é.h5ad"), DIFFREPAIRER_CACHE: undefined, XDG_CACHE_HOME: undefined };
    const { status, stderr } = diffrepairer([...REPAIR, "--train-on", "cells é.h5ad"], nowhere);
    expect(status).toBe(1);
    expect(stderr).toMatch(/the cache folder .* cannot be made \(ENOTDIR\): set DIFFREPAIRER_CACHE/);
  });
});
