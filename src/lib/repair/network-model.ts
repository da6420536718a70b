import { join } from "node:path";
import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { compile } from "../engine/compile.js";
import type { Program } from "../engine/program.js";
import type { Tf } from "../engine/tensorflow.js";
import { fillBatch, range } from "./batches.js";
import { checkGenes, type Repaired, type RepairModel } from "./model.js";
import type { Network, NetworkConfig, NetworkKind } from "./network.js";
import { Scaler } from "./scaler.js";
import { dense, type Scaling } from "./task.js";
import { writeTensorFile } from "./tensor-file.js";
import type { TrainingHistory } from "./training-options.js";

/** File of a saved network in its folder. */
export const MODEL_FILE = "model.safetensors";

/** Cells repaired at once. */
const REPAIR_BATCH = 64;

/** What a network needs beside its weights. */
export interface NetworkDescription {
  readonly config: NetworkConfig;
  readonly genes: readonly string[];
  readonly scaling: Scaling;
  readonly history: TrainingHistory;
}

/** A trained network. */
export class NetworkModel implements RepairModel {
  readonly name: string;
  readonly label: string;
  readonly parameters: number;
  readonly history: TrainingHistory;
  readonly #network: Network;
  readonly #program: Program;
  readonly #scale: Scaler;

  /** Takes the network over; its variables hold the trained weights. */
  constructor(
    tf: Tf,
    kind: NetworkKind,
    network: Network,
    private readonly description: NetworkDescription,
  ) {
    this.name = kind.name;
    this.label = kind.label;
    this.history = description.history;
    this.parameters = network.parameters.count;
    this.#network = network;
    const genes = description.genes.length;
    const { variables } = network.parameters;
    const scale = new Scaler(tf, description.scaling);
    this.#scale = scale;
    this.#program = compile(tf, {
      variables,
      functions: {
        repair: {
          inputs: { y: { shape: [REPAIR_BATCH, genes] } },
          run: ({ y }) => ({ mean: scale.fromZ(network.forward(scale.toZ(y!))) }),
        },
      },
    });
  }

  async repair(cells: AnnData): Promise<Repaired> {
    checkGenes(this.label, this.description.genes, cells);
    const degraded = dense(cells);
    const [count, genes] = degraded.shape;
    const repaired = new Float32Array(count * genes);
    const y = new Float32Array(REPAIR_BATCH * genes);
    for (let start = 0; start < count; start += REPAIR_BATCH) {
      const rows = range(start, Math.min(count, start + REPAIR_BATCH));
      const { mean } = this.#program.call("repair", { y: fillBatch(degraded, rows, y) });
      repaired.set(mean!.subarray(0, rows.length * genes), start * genes);
    }
    return { mean: new DenseMatrix([count, genes], repaired) };
  }

  save(folder: string): void {
    const { config, genes, scaling, history } = this.description;
    const { variables } = this.#network.parameters;
    const weights = this.#program.pull({ moments: false }).variables;
    const tensors = Object.fromEntries(
      Object.entries(variables).map(([name, { shape }]) => [name, { shape, data: weights[name] as Float32Array }]),
    );
    const vector = (data: Float32Array) => ({ shape: [data.length], data });
    writeTensorFile(join(folder, MODEL_FILE), {
      metadata: { model: JSON.stringify({ kind: this.name, config, genes, history }) },
      tensors: { ...tensors, "scaling.mean": vector(scaling.mean), "scaling.sd": vector(scaling.sd) },
    });
  }

  dispose(): void {
    this.#program.dispose();
    this.#scale.dispose();
    this.#network.parameters.dispose();
  }
}
