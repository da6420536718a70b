import { createHash } from "node:crypto";
import { join } from "node:path";
import { FileError } from "../io/file-error.js";
import { isRecord, parseStrictJson } from "../io/strict-json.js";
import type { NetworkConfig } from "./network.js";
import type { TrainingHistory } from "./training-options.js";

/** The files of a saved network in its folder. */
export const WEIGHTS_FILE = "model.safetensors";
export const CONFIG_FILE = "model.json";
export const CARD_FILE = "MODEL_CARD.md";

export const FORMAT = "diffrepairer-model";
/** Version of the format; counted up with changes that older readers would misread. */
export const FORMAT_VERSION = 1;

/** What a network was trained on. */
export interface TrainingOrigin {
  /** SHA-256 of the training data: names of the genes, clean and degraded cells. */
  readonly sha256: string;
  readonly seed: number;
}

/** What whoever saves a model says of it. */
export interface SaveOptions {
  /** Under what licence others may use the weights, as an SPDX expression; that of the training data may bind. Default: not stated. */
  readonly licence?: string;
  /** What it was trained on and what it is for, a few sentences for its card. Default: none. */
  readonly description?: string;
  /** What was measured, by name. Default: nothing but the loss on the validation cells. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** The content of `model.json`: all of a saved network that is no array of numbers. */
export interface SavedModel {
  readonly format: typeof FORMAT;
  readonly version: typeof FORMAT_VERSION;
  readonly kind: string;
  readonly label: string;
  readonly licence: string | null;
  readonly description: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** The network's settings. */
  readonly config: NetworkConfig;
  readonly training: TrainingOrigin & { readonly history: TrainingHistory };
  /** Of the weights' file. */
  readonly weights: { readonly sha256: string; readonly values: number };
  /** The genes it repairs; columns of its input and output. */
  readonly genes: readonly string[];
}

/** SHA-256 in hexadecimal digits. */
export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** A hash of what the weights mean nothing without; it lies beside them, so that neither can be changed alone. */
export function meaningOf({ kind, config, genes }: Pick<SavedModel, "kind" | "config" | "genes">): string {
  return sha256(JSON.stringify([kind, config, genes]));
}

/** Largest number in a network's settings: beyond it no network has sizes, and memory would not suffice. */
const LARGEST_SETTING = 1e5;

/**
 * Reads `model.json`.
 *
 * @throws {@link FileError} where it is damaged, of another version, or incomplete.
 */
export function parseSavedModel(folder: string, text: string): SavedModel {
  const fail = (element: string, problem: string, advice = "Fetch the model or save it again") =>
    new FileError(join(folder, CONFIG_FILE), element, problem, advice);
  let saved: Partial<Record<keyof SavedModel, unknown>>;
  try {
    saved = parseStrictJson(text) as typeof saved;
  } catch (cause) {
    throw fail("", `it is no JSON (${(cause as Error).message})`);
  }
  if (!isRecord(saved) || saved.format !== FORMAT) throw fail("format", `it describes no model of this library`);
  if (saved.version !== FORMAT_VERSION) {
    const advice = "Load it with the version of this library that wrote it, or train it anew";
    throw fail("version", `it is ${JSON.stringify(saved.version)}; this library reads ${FORMAT_VERSION}`, advice);
  }
  const wrong = Object.entries(FIELDS).find(([name, is]) => !is(saved[name as keyof SavedModel]));
  if (wrong) throw fail(wrong[0], "it is missing or of the wrong form");
  const { genes, config } = saved as unknown as SavedModel;
  if (new Set(genes).size < genes.length) throw fail("genes", "one gene stands there twice");
  const large = Object.entries(config).find(
    ([, value]) => typeof value === "number" && !(Math.abs(value) <= LARGEST_SETTING),
  );
  if (large) throw fail(`config/${large[0]}`, `${large[1]} is out of range`);
  return saved as unknown as SavedModel;
}

const isText = (value: unknown) => typeof value === "string" && value !== "";
const isTextOrNull = (value: unknown) => value === null || typeof value === "string";
const isNumbers = (value: unknown) => isRecord(value) && Object.values(value).every((one) => typeof one === "number");
const isHash = (value: unknown) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  kind: isText,
  label: isText,
  licence: isTextOrNull,
  description: isTextOrNull,
  metrics: isNumbers,
  config: (value) =>
    isRecord(value) && Object.values(value).every((one) => /^(number|string|boolean)$/.test(typeof one)),
  training: (value) =>
    isRecord(value) &&
    isHash(value["sha256"]) &&
    Number.isSafeInteger(value["seed"]) &&
    isRecord(value["history"]) &&
    Array.isArray(value["history"]["epochs"]),
  weights: (value) => isRecord(value) && isHash(value["sha256"]) && Number.isSafeInteger(value["values"]),
  genes: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
};
