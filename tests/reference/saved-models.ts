import type { AnnData } from "../../src/lib/anndata/index.js";
import {
  distil,
  fitDae,
  fitDiffRepairer,
  fitDiffusion,
  fitTransformer,
  fitVae,
  fitZinb,
  prepare,
  type NetworkModel,
  type RepairTask,
} from "../../src/lib/repair/index.js";
import { dense } from "../../src/lib/repair/training-data.js";
import { SEVERITY_NAMES } from "../../src/lib/repair/severity-estimator.js";
import { simulate } from "../helpers/simulate.js";

const BRIEF = { epochs: 3, batchSize: 32, learningRate: 3e-3 };
const TRUNK = { width: 8, layers: 2, heads: 2, feedForward: 8 };
const OURS = { tokens: 4, width: 8, attentionHeads: 2, layers: 1, feedForward: 8, tau: 0.4, components: 3 };

/** Small networks of every kind, by name; those named for PyTorch are the ones that load there. */
const NETWORKS: Readonly<Record<string, (task: RepairTask) => Promise<NetworkModel>>> = {
  "dae-pytorch": (task) => fitDae(task, { ...BRIEF, hidden: 8, bottleneck: 4 }),
  "transformer-pytorch": (task) => fitTransformer(task, { ...BRIEF, ...TRUNK }),
  "transformer-skip-pytorch": (task) => fitTransformer(task, { ...BRIEF, ...TRUNK, skip: true }),
  student: async (task) => {
    const teacher = await fitDae(task, { ...BRIEF, hidden: 8, bottleneck: 4 });
    const student = await distil(teacher, task, { ...BRIEF, width: 4, feedForward: 8 });
    teacher.dispose();
    return student;
  },
  "transformer-tokens": (task) => fitTransformer(task, { ...BRIEF, ...TRUNK, tokens: 4, conditioned: true }),
  "transformer-linear": (task) => fitTransformer(task, { ...BRIEF, ...TRUNK, tokens: 3, attention: "linear" }),
  vae: (task) => fitVae(task, { ...BRIEF, hidden: 8, latent: 3 }),
  zinb: (task) => fitZinb(task, { ...BRIEF, hidden: 8, bottleneck: 4 }),
  "diffusion-noise": (task) => fitDiffusion(task, { ...BRIEF, ...TRUNK, levels: 20, steps: 3, draws: 2 }),
  "diffusion-cold": (task) => fitDiffusion(task, { ...BRIEF, ...TRUNK, process: "cold", levels: 20, steps: 3 }),
  diffrepairer: (task) => fitDiffRepairer(task, { ...BRIEF, ...OURS }),
  "diffrepairer-counts": (task) => fitDiffRepairer(task, { ...BRIEF, ...OURS, context: "mlp", likelihood: "counts" }),
};

/** Trains small networks on simulated cells, and gives the cells they are asked to repair. */
export async function makeModels(names: readonly string[] = Object.keys(NETWORKS)) {
  const task = prepare(simulate({ cells: 120, genes: 40 }), { nTopGenes: 24, draws: 2 });
  const some = Int32Array.from({ length: 5 }, (_, i) => i);
  const [cells, clean] = [task.degraded.test.select({ obs: some }), task.test.select({ obs: some })];
  const models: Record<string, NetworkModel> = {};
  for (const name of names) models[name] = await NETWORKS[name]!(task);
  const severity = SEVERITY_NAMES.map((name) => Float32Array.from(cells.obs.numbers(name)));
  const rows = (columns: number, values: (i: number, j: number) => number) =>
    Array.from({ length: cells.nObs }, (_, i) => Array.from({ length: columns }, (_, j) => values(i, j)));
  const valuesOf = (some: AnnData) => rows(some.nVars, (i, j) => dense(some).at(i, j));
  return {
    models,
    cells: {
      y: valuesOf(cells),
      severity: rows(SEVERITY_NAMES.length, (i, t) => severity[t]![i]!),
      clean: valuesOf(clean),
    },
  };
}
