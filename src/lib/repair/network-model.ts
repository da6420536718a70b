import { dirname } from "node:path";
import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { compile } from "../engine/compile.js";
import { exportOnnx } from "../engine/onnx/export-onnx.js";
import type { Program } from "../engine/program.js";
import type { NamedTensors, Tf } from "../engine/tensorflow.js";
import { requireRoom } from "../io/disk-room.js";
import { resolveOptions } from "../options.js";
import { BatchArrays, cellInputs, networkInput, noSeverity, range } from "./batches.js";
import { checkGenes, type Repaired, type RepairModel, type RepairOptions } from "./model.js";
import type { Facts, Network, NetworkConfig, NetworkInput, NetworkKind } from "./network.js";
import { saveModel } from "./save-model.js";
import type { SaveOptions, TrainingOrigin } from "./saved-model.js";
import { Scaler } from "./scaler.js";
import { SEVERITY_NAMES, type SeverityEstimator } from "./severity-estimator.js";
import { givenSeverities, type SeveritySource } from "./severity-source.js";
import { dense, toZScores, type Scaling } from "./training-data.js";
import { writeParts } from "./tensor-file.js";
import type { TrainingHistory } from "./training-options.js";

/** Cells that most kinds repair at once: fewer keep the cores less busy, more do not fit their caches. Values do not depend on it. */
const REPAIR_BATCH = 256;

/** What a network needs beside its weights. */
export interface NetworkDescription {
  readonly config: NetworkConfig;
  readonly genes: readonly string[];
  readonly scaling: Scaling;
  readonly history: TrainingHistory;
  readonly facts: Facts;
  /** Undefined for networks that do not use severities. */
  readonly severity: SeveritySource | undefined;
  readonly origin: TrainingOrigin;
  /** What was said of it when it was saved; of networks that were loaded. */
  readonly about?: SaveOptions;
}

/**
 * A trained network.
 * @example
 * const model = await repair.fitTransformer(task, { budget: "trial" });
 * const { mean } = await model.repair(task.degraded.test);
 * await model.save("tissue-model");
 */
export class NetworkModel implements RepairModel {
  readonly name: string;
  readonly label: string;
  readonly parameters: number;
  readonly history: TrainingHistory;
  readonly #network: Network;
  readonly #programs = new Map<string, Program>();
  readonly #scale: Scaler;
  readonly #batch: number;

  /** Takes the network over; its variables hold the trained weights. */
  constructor(
    private readonly tf: Tf,
    private readonly kind: Pick<NetworkKind, "name" | "label" | "contrast" | "repairBatch">,
    network: Network,
    private readonly description: NetworkDescription,
  ) {
    this.name = kind.name;
    this.label = kind.label;
    this.history = description.history;
    this.parameters = network.parameters.count;
    this.#network = network;
    this.#scale = new Scaler(tf, description.scaling);
    this.#batch = kind.repairBatch?.(description.config) ?? REPAIR_BATCH;
  }

  async repair(cells: AnnData, options: RepairOptions = {}): Promise<Repaired> {
    const { contrast = 0 } = options;
    if (!(contrast >= 0 && contrast <= 1)) throw new RangeError(`contrast must be from 0 to 1, not ${contrast}`);
    if (contrast > 0 && !this.kind.contrast) throw new RangeError(`The ${this.label} has no contrast; leave it at 0.`);
    const { mean, sd, pExpressed } = this.#run("repair", cells, options);
    if (contrast > 0) this.#addContrast(mean!, contrast);
    return { mean: mean!, ...(sd && { sd }), ...(pExpressed && { pExpressed }) };
  }

  /** Names of what {@link view} can show. */
  get views(): readonly string[] {
    return Object.keys(this.#network.views ?? {});
  }

  /**
   * What else the network computes for cells, such as the attention of its layers.
   *
   * @param name - one of {@link views}.
   * @param given - what the view needs beside the cells, cells × its columns.
   * @returns matrices by name, the cells as rows, everything else in row-major order as columns.
   */
  view(
    name: string,
    cells: AnnData,
    options: RepairOptions = {},
    given: Readonly<Record<string, DenseMatrix>> = {},
  ): Record<string, DenseMatrix> {
    if (!this.views.includes(name)) {
      throw new RangeError(`The ${this.label} has no view "${name}"; it has ${this.views.join(", ") || "none"}.`);
    }
    return this.#run(name, cells, options, given);
  }

  /** The genes it repairs, in their order. */
  get genes(): readonly string[] {
    return this.description.genes;
  }

  /** What estimates the severities that it is told; undefined where it takes none, or those that a simulation drew. */
  get severityEstimator(): SeverityEstimator | undefined {
    return this.description.severity?.estimator;
  }

  /** What it learned in closed form before the training, by name. */
  get facts(): Facts {
    return this.description.facts;
  }

  /**
   * Writes the network into a folder, made where it is missing: `model.safetensors`, `model.json` and `MODEL_CARD.md`.
   * {@link loadModel} loads it.
   *
   * @throws FileError where the folder cannot be written or the disk has no room.
   */
  async save(folder: string, options: SaveOptions = {}): Promise<void> {
    const { config, genes, scaling, history, facts, severity, origin, about } = this.description;
    const { licence, description, metrics } = resolveOptions("model.save", options, {
      ...{ licence: undefined, description: undefined, metrics: {} },
      ...about,
    });
    const { variables } = this.#network.parameters;
    const weights = Object.entries(variables).map(([name, variable]) => {
      return [name, { shape: variable.shape, data: variable.dataSync<"float32">() }] as const;
    });
    const vectors = (prefix: string, arrays: Readonly<Record<string, Float32Array>>) =>
      Object.entries(arrays).map(([name, data]) => [`${prefix}.${name}`, { shape: [data.length], data }] as const);
    await saveModel(
      folder,
      {
        ...{ kind: this.name, label: this.label, licence: licence ?? null, description: description ?? null },
        metrics: { validationLoss: Math.min(...history.epochs.map((epoch) => epoch.validationLoss)), ...metrics },
        ...{ config, training: { ...origin, history }, genes },
      },
      Object.fromEntries([
        ...weights,
        ...vectors("scaling", { ...scaling }),
        ...vectors("facts", facts),
        ...vectors("severity", { ...severity?.estimator?.arrays }),
      ]),
    );
  }

  /**
   * Writes the whole repair, log1p values in and out, as an ONNX file (opset 18, batches of any size). Inputs: `y`, cells × genes,
   * and for networks that use them `severity`, cells × 3 (intensity, dropout, noise), which ONNX does not estimate. Outputs:
   * `mean`, and `sd` and `pExpressed` of models that have them. Names of the genes are in the metadata, as JSON.
   *
   * @throws Error where TensorFlow.js runs on another backend than tfjs-node.
   * @throws FileError where the file cannot be written or the disk has no room.
   */
  async exportOnnx(path: string): Promise<void> {
    const { genes, origin, about, severity } = this.description;
    const { variables } = this.#network.parameters;
    const parts = exportOnnx(this.tf, {
      inputs: { y: [genes.length], ...(severity && { severity: [SEVERITY_NAMES.length] }) },
      run: (tensors) => this.#repaired(networkInput(this.#scale, tensors)),
      variables,
      about: {
        ...{ kind: this.name, genes: JSON.stringify(genes), training: origin.sha256 },
        ...(about?.licence && { licence: about.licence }),
      },
    });
    await requireRoom(
      dirname(path),
      parts.reduce((sum, part) => sum + part.length, 0),
    );
    await writeParts(path, parts);
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    this.#scale.dispose();
    this.#network.parameters.dispose();
    this.#network.dispose?.();
  }

  /** Runs a function of cells, batch by batch. */
  #run(
    name: string,
    cells: AnnData,
    { severity: told }: RepairOptions,
    given: Readonly<Record<string, DenseMatrix>> = {},
  ): Record<string, DenseMatrix> {
    const { genes, severity: source } = this.description;
    checkGenes(this.label, genes, cells);
    const values = dense(cells);
    const count = cells.nObs;
    const severity = source ? (told ? givenSeverities(told, count) : source.of(cells)) : noSeverity(count);
    const program = this.#program(name);
    const arrays = new BatchArrays(this.#batch);
    const results: Record<string, DenseMatrix> = {};
    for (let start = 0; start < count; start += this.#batch) {
      const rows = range(start, Math.min(count, start + this.#batch));
      const inputs: Record<string, Float32Array> = arrays.cells({ values, severity }, rows);
      for (const [key, matrix] of Object.entries(given)) inputs[key] = arrays.rows(key, matrix, rows);
      for (const [key, batch] of Object.entries(program.call(name, inputs))) {
        const columns = batch.length / this.#batch;
        results[key] ??= new DenseMatrix([count, columns], new Float32Array(count * columns));
        results[key].data.set(batch.subarray(0, rows.length * columns), start * columns);
      }
    }
    return results;
  }

  #addContrast(mean: DenseMatrix, strength: number): void {
    const { scaling, facts } = this.description;
    const z = mean.copy();
    toZScores(z, scaling);
    this.kind.contrast!(z, facts, strength);
    const genes = this.genes.length;
    z.data.forEach((value, at) => (mean.data[at] = value * scaling.sd[at % genes]! + scaling.mean[at % genes]!));
  }

  #program(name: string): Program {
    const known = this.#programs.get(name);
    if (known) return known;
    const { parameters, views } = this.#network;
    const { given = {}, show } = views?.[name] ?? { show: (input: NetworkInput) => this.#repaired(input) };
    const more = Object.entries(given).map(([key, columns]) => [key, { shape: [this.#batch, columns] }] as const);
    const inputs = { ...cellInputs(this.#batch, this.genes.length), ...Object.fromEntries(more) };
    const run = (tensors: NamedTensors) => show(networkInput(this.#scale, tensors), tensors);
    const program = compile(this.tf, { variables: parameters.variables, functions: { [name]: { inputs, run } } });
    this.#programs.set(name, program);
    return program;
  }

  #repaired(input: NetworkInput): NamedTensors {
    const { x, sd, pExpressed } = this.#network.forward(input);
    const unknown = sd && { sd: this.#scale.spreadFromZ(sd) };
    return { mean: this.#scale.fromZ(x), ...unknown, ...(pExpressed && { pExpressed }) };
  }
}
