import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { writeH5ad } from "../../src/lib/io/index.js";
import { random } from "../../src/lib/stats/random.js";
import { simulate } from "../helpers/simulate.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const PROGRAM = fileURLToPath(new URL("train-until-killed.js", import.meta.url));
const KILLS = Number(process.env["DIFFREPAIRER_KILLS"] ?? 20);

/** Steps of two epochs, files that they write, and parts of a checkpoint's file. */
const MOST = { step: 8, rename: 2, renamed: 2, write: 40 } as const;

/** Where a training kills itself: steps, writes and renames in turn, how many of them at random. */
function pointOf(kill: number) {
  const stream = random(3, "kill", String(kill));
  const moment = (["step", "write", "step", "rename", "write", "renamed"] as const)[kill % 6]!;
  return { moment, after: 1 + stream.integer(MOST[moment]), share: stream.uniform() };
}

it("a training killed at 20 random points and resumed ends with the weights of an undisturbed one, bit for bit", async () => {
  const data = join(temporaryFolder(), "cells.h5ad");
  await writeH5ad(simulate({ cells: 150, genes: 40 }), data);
  const run = (folder: string, point?: object) =>
    spawnSync(process.execPath, [PROGRAM, folder, data, ...(point ? [JSON.stringify(point)] : [])], {
      encoding: "utf8",
    });
  const [undisturbed, disturbed] = [temporaryFolder(), temporaryFolder()];
  const whole = run(undisturbed);
  expect(whole.status, whole.stderr).toBe(0);
  expect(whole.stderr).not.toContain("Error");

  const left = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const point = pointOf(kill);
    const { signal, stderr } = run(disturbed, point);
    expect(signal, `${JSON.stringify(point)} ${stderr}`).toBe("SIGKILL");
    for (const name of readdirSync(disturbed)) left.add(name.replace(/\d+\.\w+(?=\.partial)/, "*"));
  }
  expect([...left].toSorted()).toEqual(["dae.checkpoint.safetensors", "dae.checkpoint.safetensors.*.partial"]);

  const resumed = run(disturbed);
  expect(resumed.status, resumed.stderr).toBe(0);
  const [before, after] = [whole, resumed].map(
    ({ stdout }) => JSON.parse(stdout) as { first: number; epochs: object[] },
  );
  expect(before!.first).toBe(0);
  expect(after!.first).toBeGreaterThan(5);
  expect(after!.epochs).toEqual(before!.epochs);
  expect(readdirSync(disturbed)).toEqual(["model"]);
  const weights = (folder: string) => readFileSync(join(folder, "model", "model.safetensors"));
  expect(weights(disturbed).equals(weights(undisturbed))).toBe(true);
}, 600_000);
