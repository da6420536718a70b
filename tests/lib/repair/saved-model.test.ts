import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { FileError } from "../../../src/lib/io/index.js";
import { fitDae, fitDiffRepairer, loadModel, type NetworkModel } from "../../../src/lib/repair/index.js";
import { meaningOf, sha256, type SavedModel } from "../../../src/lib/repair/saved-model.js";
import { decodeTensors, encodeTensors, type TensorFile } from "../../../src/lib/repair/tensor-file.js";
import { damages } from "../../helpers/damaged-files.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { smallTask } from "./small-networks.js";

const RUNS = Number(process.env["DIFFREPAIRER_FUZZ_RUNS"] ?? 200);

const task = smallTask();
const brief = { batchSize: 64, epochs: 1, severity: "known" as const };
const model = await fitDae(task, { ...brief, hidden: 4, bottleneck: 2, seed: 5 });
const told = await fitDiffRepairer(task, {
  ...{ ...brief, severity: "estimate" as const, tokens: 2, width: 4, attentionHeads: 2, layers: 1, feedForward: 4 },
  ...{ tau: 0.4, components: 3 },
});
const original = (await model.repair(task.degraded.test)).mean.data;
afterAll(() => [model, told].forEach((one) => one.dispose()));

let folder: string;
const place = (name: string) => join(folder, name);
const settings = () => JSON.parse(readFileSync(place("model.json"), "utf8")) as Record<string, unknown>;
const change = (part: Record<string, unknown>) =>
  writeFileSync(place("model.json"), JSON.stringify({ ...settings(), ...part }));

/** Writes another weights' file and makes the settings name it, as whoever means harm would. */
function forge(
  alter: (content: TensorFile["tensors"]) => TensorFile["tensors"],
  about: Partial<SavedModel> = {},
): void {
  const { tensors } = decodeTensors("", readFileSync(place("model.safetensors")));
  const saved = { ...(settings() as unknown as SavedModel), ...about };
  const bytes = Buffer.concat(encodeTensors({ metadata: { meaning: meaningOf(saved) }, tensors: alter(tensors) }));
  writeFileSync(place("model.safetensors"), bytes);
  change({ ...about, weights: { sha256: sha256(bytes), values: 1 } });
}

const without = (tensors: TensorFile["tensors"], name: string) =>
  Object.fromEntries(Object.entries(tensors).filter(([other]) => other !== name));

/** Writes a weights' file with another header; `arrays` follow it. */
function writeHeader(header: string, arrays: Uint8Array = new Uint8Array(0)): void {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  writeFileSync(place("model.safetensors"), Buffer.concat([length, Buffer.from(header), arrays]));
}

const refused = async (message: RegExp | string) => {
  await expect(loadModel(folder)).rejects.toThrow(message);
  await expect(loadModel(folder)).rejects.toBeInstanceOf(FileError);
};

beforeEach(async () => {
  folder = temporaryFolder();
  await model.save(folder);
});

describe("a saved model", () => {
  it("is three files; the JSON says what it is, and of what", async () => {
    const metrics = { pearson: 0.5 };
    await model.save(folder, { licence: "CC-BY-4.0", description: "Trained on simulated cells.", metrics });
    expect(readdirSync(folder).toSorted()).toEqual(["MODEL_CARD.md", "model.json", "model.safetensors"]);
    expect(settings()).toMatchObject({
      ...{ format: "diffrepairer-model", version: 1, kind: "dae", label: "DAE", licence: "CC-BY-4.0" },
      ...{ config: { hidden: 4, bottleneck: 2 }, genes: task.genes },
      metrics: { ...metrics, validationLoss: model.history.epochs[0]!.validationLoss },
      training: { seed: 5, history: { bestEpoch: 0 } },
    });
    const card = readFileSync(place("MODEL_CARD.md"), "utf8");
    for (const text of ["# DAE", "CC-BY-4.0", "Trained on simulated cells.", "| pearson | 0.5 |"])
      expect(card).toContain(text);
  });

  it("keeps what was said of it when it is loaded and saved again", async () => {
    await model.save(folder, { licence: "CC0-1.0", metrics: { rmse: 0.25 } });
    const first = settings();
    const loaded = await loadModel(folder);
    await loaded.save(folder);
    expect(settings()).toEqual(first);
    loaded.dispose();
  });

  it("names the data it was trained on", async () => {
    const other = await fitDae({ ...task, genes: task.genes.toReversed() }, { ...brief, hidden: 4, bottleneck: 2 });
    const hash = () => (settings()["training"] as { sha256: string }).sha256;
    const own = hash();
    await other.save(folder);
    expect(own).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).not.toBe(own);
    other.dispose();
  });
});

describe("a folder with", () => {
  it.each(["model.json", "model.safetensors"])("no %s is no model", async (name) => {
    rmSync(place(name));
    await refused(`no saved model in it (${name} is missing)`);
  });

  it("settings of another version is refused with the cure", async () => {
    change({ version: 2 });
    await refused(/version: it is 2; this library reads 1\. Load it with the version of this library that wrote it/);
  });

  it.each([
    ["another format", { format: "onnx" }, "describes no model of this library"],
    ["an unknown kind", { kind: "constructor" }, 'there is no kind "constructor". This library knows dae,'],
    ["no genes", { genes: [] }, "genes: it is missing or of the wrong form"],
    ["a gene twice", { genes: ["a", "a"] }, "one gene stands there twice"],
    ["a gene more", { genes: [...task.genes, "other"] }, "does not belong to model.json"],
    ["another gene", { genes: task.genes.with(3, "other") }, "does not belong to model.json"],
    ["other settings", { config: { hidden: 4, bottleneck: 3 } }, "does not belong to model.json"],
    ["settings that no memory holds", { config: { hidden: 1e12 } }, "config/hidden: 1000000000000 is out of range"],
    ["settings that are lists", { config: { hidden: [4] } }, "config: it is missing or of the wrong form"],
    ["no seed", { training: { sha256: "0".repeat(64), history: { epochs: [] } } }, "training: it is missing"],
  ])("%s is refused", async (_, part, message) => {
    change(part);
    await refused(message);
  });

  it("a name twice in its settings is refused", async () => {
    const text = readFileSync(place("model.json"), "utf8");
    writeFileSync(place("model.json"), text.replace("{", '{ "kind": "vae",'));
    await refused("a name stands twice");
  });

  it("settings nested without end is refused", async () => {
    writeFileSync(place("model.json"), "[".repeat(1e6) + "]".repeat(1e6));
    await refused(FileError as never);
  });

  it("a link out of it, or a folder in a file's place, is refused", async () => {
    const outside = join(temporaryFolder(), "model.safetensors");
    cpSync(place("model.safetensors"), outside);
    rmSync(place("model.safetensors"));
    symlinkSync(outside, place("model.safetensors"));
    await refused(/it is a link to .*, outside its folder/);
    rmSync(place("model.safetensors"));
    mkdirSync(place("model.safetensors"));
    await refused("it is no regular file");
  });

  it("a link within it is read", async () => {
    cpSync(place("model.safetensors"), place("weights"));
    rmSync(place("model.safetensors"));
    symlinkSync("weights", place("model.safetensors"));
    (await loadModel(folder)).dispose();
  });
});

describe("weights", () => {
  it.each([
    ["cut off", (file: Buffer) => file.subarray(0, -4), "it is cut off or of another shape"],
    ["with more behind", (file: Buffer) => Buffer.concat([file, Buffer.alloc(4)]), "there is more than its arrays"],
    ["too short", () => Buffer.alloc(7), "it is too short"],
    ["with a huge header", () => Buffer.alloc(64, 255), "its header is said to have 18446744073709551615 bytes"],
    ["with a header cut off", (file: Buffer) => file.subarray(0, 40), "its header is cut off"],
  ])("%s are refused", async (_, damage, message) => {
    writeFileSync(place("model.safetensors"), damage(readFileSync(place("model.safetensors"))));
    await refused(message);
  });

  const entry = (from: number, to: number, dtype = "F32") =>
    `{"dtype":"${dtype}","shape":[${(to - from) / 4}],"data_offsets":[${from},${to}]}`;
  it.each([
    ["of another type", `{"a":${entry(0, 8, "F16")}}`, 8, "a: its type is F16, not F32. Save the model in single"],
    ["that overlap", `{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12, "b: not a whole safetensors file (it overlaps"],
    ["with a gap", `{"a":${entry(4, 8)}}`, 8, "a gap is before it"],
    ["beyond the file", `{"a":${entry(0, 800)}}`, 8, "it is cut off or of another shape"],
    ["in a place below zero", `{"a":${entry(-8, 0)}}`, 8, "no type, shape and place"],
    ["named twice", `{"a":${entry(0, 4)},"a":${entry(4, 8)}}`, 8, "a name stands twice"],
    ["without a shape", `{"a":{"dtype":"F32"}}`, 8, "no type, shape and place"],
    ["in a list", "[]", 0, "its header is no JSON object"],
    ["named as what objects inherit", `{"__proto__":${entry(0, 4)}}`, 4, "does not belong to model.json"],
  ])("%s are refused", async (_, header, bytes, message) => {
    writeHeader(header, new Uint8Array(bytes));
    await refused(message);
  });

  it.each([NaN, Infinity])("of %s are refused", async (value) => {
    forge((tensors) => ({ ...tensors, "encode2.bias": { shape: [2], data: Float32Array.of(0, value) } }));
    await refused(/encode2\.bias: it holds NaN or infinity/);
  });

  it("that are missing, unknown or of another shape are refused, and leave no tensor behind", async () => {
    const { tf } = await backend();
    const before = tf.memory().numTensors;
    const whole = readFileSync(place("model.safetensors"));
    const again = () => writeFileSync(place("model.safetensors"), whole);
    forge((tensors) => without(tensors, "encode2.bias"));
    await refused("encode2.bias: these weights are missing");
    again();
    forge((tensors) => ({ ...tensors, more: { shape: [1], data: Float32Array.of(1) } }));
    await refused("more: the network has no such weights");
    again();
    forge((tensors) => ({ ...tensors, "encode2.bias": { shape: [1, 2], data: new Float32Array(2) } }));
    await refused("encode2.bias: its shape is [1, 2]; the network needs [2]");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("that need more values than there are take no memory for them", async () => {
    forge((tensors) => tensors, { config: { hidden: 90_000, bottleneck: 90_000 } });
    await refused("encode1.weight: its shape is [4, 40]; the network needs [90000, 40]");
  });

  it("of another number of genes, or with a spread of zero, are refused", async () => {
    const whole = readFileSync(place("model.safetensors"));
    forge((tensors) => ({ ...tensors, "scaling.mean": { shape: [1], data: new Float32Array(1) } }));
    await refused("scaling.mean: it has shape [1] where 40 genes are named");
    writeFileSync(place("model.safetensors"), whole);
    forge((tensors) => ({ ...tensors, "scaling.sd": { shape: [40], data: new Float32Array(40) } }));
    await refused("scaling.sd: a spread is not positive");
  });

  it("whose estimator of severities knows other genes are refused", async () => {
    await told.save(folder);
    forge((tensors) => ({ ...tensors, "severity.rate": { shape: [39], data: new Float32Array(39) } }));
    await refused("severity.rate: it has shape [39] where 40 genes are named");
  });

  it("of a head without what it learned beforehand are refused", async () => {
    await told.save(folder);
    forge((tensors) => without(tensors, "facts.length"));
    await refused("no network can be built of it");
  });
});

describe.each(["model.json", "model.safetensors"])("a damaged %s", (name) => {
  it("is refused with a clear error or changes nothing", { timeout: 300_000 }, async () => {
    const good = readFileSync(place(name));
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        writeFileSync(place(name), damage(good));
        let loaded: NetworkModel;
        try {
          loaded = await loadModel(folder);
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          expect(error.message.endsWith(`. ${error.advice}`)).toBe(true);
          return;
        }
        expect((await loaded.repair(task.degraded.test)).mean.data).toEqual(original);
        loaded.dispose();
      }),
      { seed: 11, numRuns: RUNS },
    );
  });
});
