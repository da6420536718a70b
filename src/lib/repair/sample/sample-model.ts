import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Species } from "../../datasets/gene-table.js";
import { writeAtomically } from "../../io/atomic.js";
import { readContained } from "../../io/contained-file.js";
import { parseStrictJson } from "../../io/strict-json.js";
import type { Intervals } from "../conformal.js";
import { loadModel } from "../load-model.js";
import type { RepairModel } from "../model.js";
import type { IntervalRow } from "../scores/interval-scores.js";
import { SeverityEstimator, type SeverityArrays } from "../severity-estimator.js";
import { sha256 } from "../saved-model.js";
import { readTensorFile, type TensorFile, writeTensorFile } from "../tensor-file.js";
import type { Scaling } from "../training-data.js";
import type { DamageProfile, GeneExpectations } from "./damage-profile.js";
import type { NamedGenes } from "./match-genes.js";
import type { TrainingReference } from "./training-reference.js";

/** Names of the severities that can be told to a model. */
export const SAMPLE_SEVERITIES = ["mild", "moderate", "severe"] as const;

/** A severity of the training damage by name. */
export type SampleSeverity = (typeof SAMPLE_SEVERITIES)[number];

/** What validation cells under a named severity look like to the model's estimators, on average. */
export interface ToldSeverity {
  /** Input of a network that takes severities; empty for models that take none. */
  readonly input: readonly number[];
  /** Share of the seen genes that are lost. */
  readonly lost: number;
}

/** Where a sample model comes from, and how good it is on cells that it was not trained on. */
export interface SampleModelFacts {
  /** What it was trained on. */
  readonly data: { readonly name: string; readonly sha256: string; readonly genes: number };
  readonly cells: { readonly train: number; readonly validation: number; readonly test: number };
  readonly species: Species | null;
  readonly method: string;
  readonly damage: string;
  readonly seed: number;
  readonly version: string;
  /** On the test cells, damaged as in training; values z-scored. */
  readonly quality: {
    readonly mse: number;
    readonly pearson: number;
    /** Of degraded cells as they are. */
    readonly unrepaired: { readonly mse: number; readonly pearson: number };
    /** Correlation of a repaired cell with its clean self: as promised, and as found; means over cells. */
    readonly confidence: { readonly promised: number; readonly found: number };
    readonly intervals: readonly IntervalRow[];
  };
}

/** What repairing a sample needs beside the model. */
export interface SampleContext {
  readonly facts: SampleModelFacts;
  /** Names of the genes in the model's input. */
  readonly columns: readonly string[];
  /** What the same genes are known by. */
  readonly genes: NamedGenes;
  readonly scaling: Scaling;
  readonly profile: DamageProfile;
  readonly severities: Readonly<Record<SampleSeverity, ToldSeverity>>;
  /** Estimates from a cell which share of its genes is lost. */
  readonly lost: SeverityEstimator;
  readonly intervals: Intervals;
  readonly reference: TrainingReference;
}

/** A model and what it needs to repair samples; made by {@link trainSampleModel} or {@link loadSampleModel}. */
export interface SampleModel {
  readonly model: RepairModel;
  readonly context: SampleContext;
}

/** The part of a context that is text, and the format of the file. */
type SavedContext = Omit<SampleContext, "scaling" | "lost" | "reference" | "profile"> & {
  readonly format: number;
  /** Hash of the arrays in the file beside it, which has that of this text. */
  readonly arrays: string;
  readonly profile: Omit<DamageProfile, "genes">;
};

const CONTEXT_FILE = "sample.json";
const ARRAYS_FILE = "sample.safetensors";
/** Of what is saved. */
export const SAMPLE_MODEL_FORMAT = 2;
const MOST_CONTEXT_BYTES = 100_000_000;

/**
 * Writes a model into a new folder, whole or not at all.
 *
 * @throws Error where the model's method cannot be saved; {@link FileError} where the folder is there already or cannot be written.
 * @example
 * await repair.saveSampleModel(await repair.trainSampleModel(sample), "blood-model");
 */
export async function saveSampleModel({ model, context }: SampleModel, folder: string): Promise<void> {
  if (!model.save) throw new Error(`The ${model.label} cannot be saved; networks can, such as DiffRepairer.`);
  const { lost, profile, reference, scaling, ...rest } = context;
  const { genes: expected, ...ranges } = profile;
  const groups = {
    lost: { ...lost.arrays },
    expected: { ...expected },
    reference: { ...reference },
    scaling: { ...scaling },
  };
  await writeAtomically(folder, async (partial) => {
    await mkdir(partial);
    await model.save!(partial);
    const tensors = Object.fromEntries(
      Object.entries(groups).flatMap(([group, arrays]) =>
        Object.entries<Float32Array>(arrays).map(
          ([name, data]) => [`${group}.${name}`, { shape: [data.length], data }] as const,
        ),
      ),
    );
    const context: SavedContext = {
      ...{ format: SAMPLE_MODEL_FORMAT, arrays: hashOf(tensors) },
      ...{ ...rest, profile: ranges },
    };
    const text = `${JSON.stringify(context, null, 1)}\n`;
    await writeFile(join(partial, CONTEXT_FILE), text);
    await writeTensorFile(join(partial, ARRAYS_FILE), { metadata: { context: sha256(text) }, tensors });
  });
}

function hashOf(tensors: TensorFile["tensors"]): string {
  const names = Object.keys(tensors).toSorted();
  return sha256(
    ...names.flatMap((name) => {
      const { buffer, byteOffset, byteLength } = tensors[name]!.data;
      return [`${name}\n`, new Uint8Array(buffer, byteOffset, byteLength)];
    }),
  );
}

/**
 * Loads a model that {@link saveSampleModel} wrote.
 *
 * @throws Error where the folder holds none, or its parts do not fit each other.
 * @example
 * const blood = await repair.loadSampleModel("blood-model");
 * const { quality } = blood.context.facts;
 */
export async function loadSampleModel(folder: string): Promise<SampleModel> {
  const path = join(folder, CONTEXT_FILE);
  const content = await readContained(folder, CONTEXT_FILE, MOST_CONTEXT_BYTES);
  if (!content) {
    throw new Error(`There is no model for samples in ${folder} (${CONTEXT_FILE} is missing); train one first.`);
  }
  const damaged = (why: string) => new Error(`${path} is not what a model for samples needs (${why}); train it anew.`);
  let text: SavedContext;
  try {
    text = parseStrictJson(content.toString("utf8")) as SavedContext;
  } catch {
    throw damaged("it is no JSON");
  }
  if (text?.format !== SAMPLE_MODEL_FORMAT) {
    throw damaged(`its format is ${String(text?.format)}, not ${SAMPLE_MODEL_FORMAT}`);
  }
  const arrays = await readTensorFile(folder, ARRAYS_FILE);
  if (!arrays) throw damaged(`${ARRAYS_FILE} beside it is missing`);
  if (arrays.metadata["context"] !== sha256(content) || text.arrays !== hashOf(arrays.tensors)) {
    throw damaged(`it and ${ARRAYS_FILE} are not as they were written together`);
  }
  const group = (name: string, members: readonly string[], length?: number): Record<string, Float32Array> =>
    Object.fromEntries(
      members.map((array) => {
        const data = arrays.tensors[`${name}.${array}`]?.data;
        if (!data || (length !== undefined && data.length !== length)) throw damaged(`${name}.${array} does not fit`);
        return [array, data];
      }),
    );
  const genes = text.genes?.names?.length;
  if (!genes || text.genes.ids?.length !== genes || text.columns?.length !== genes)
    throw damaged("its genes are missing");
  const lost = {
    ...group("lost", ["rate", "level", "length"], genes),
    ...group("lost", ["center", "scale", "weights", "low", "high"]),
  };
  const reference = {
    ...group("reference", ["center"], genes),
    ...group("reference", ["directions", "scores"]),
    ...group("reference", ["limits"], 2),
  };
  const model = await loadModel(folder);
  if (model.genes.join("\n") !== text.columns.join("\n")) {
    model.dispose();
    throw damaged("the network beside it has other genes");
  }
  return {
    model,
    context: {
      ...text,
      scaling: group("scaling", ["mean", "sd"], genes) as unknown as Scaling,
      lost: new SeverityEstimator(lost as unknown as SeverityArrays),
      reference: reference as unknown as TrainingReference,
      profile: {
        ...text.profile,
        genes: group("expected", ["detected", "count", "clean", "length"], genes) as unknown as GeneExpectations,
      },
    },
  };
}
