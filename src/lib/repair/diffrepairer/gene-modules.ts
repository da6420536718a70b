import { leadingDirections } from "../principal-components.js";
import { Scaler } from "../scaler.js";
import { dense, type TrainingData } from "../training-data.js";
import type { Tf } from "../../engine/tensorflow.js";
import { scoped } from "../../engine/scope.js";

/** Components of the space in which co-expressed genes are near. */
const COMPONENTS = 20;

/**
 * Parts the genes into modules of equal size whose genes are expressed together: each gene is its loadings on the leading
 * principal components of the clean training cells, scaled to length one, and the genes are halved again and again across
 * the direction in which they differ most.
 *
 * @returns the module of each gene.
 */
export function geneModules(tf: Tf, data: TrainingData, modules: number): Float32Array {
  const genes = data.genes.length;
  const components = Math.min(COMPONENTS, genes, data.train.nObs - 1);
  const loadings = scoped(tf, () => {
    const { data: values, shape } = dense(data.train);
    const z = new Scaler(tf, data.scaling).toZ(tf.tensor2d(values, [...shape]));
    return leadingDirections(tf, [z], genes, components, data.seed);
  });
  for (let g = 0; g < genes; g++) {
    const own = loadings.subarray(g * components, (g + 1) * components);
    const length = Math.hypot(...own) || 1;
    own.forEach((value, c) => (own[c] = value / length));
  }
  const module = new Float32Array(genes);
  const part = (members: Uint32Array, first: number, count: number) => {
    if (count === 1) {
      for (const g of members) module[g] = first;
      return;
    }
    const half = count >> 1;
    const sorted = alongLeadingDirection(loadings, components, members);
    const cut = Math.round((members.length * half) / count);
    part(sorted.subarray(0, cut), first, half);
    part(sorted.subarray(cut), first + half, count - half);
  };
  part(Uint32Array.from(module.keys()), 0, modules);
  return module;
}

/** The members in the order of their projections on the direction in which they differ most. */
function alongLeadingDirection(loadings: Float32Array, components: number, members: Uint32Array): Uint32Array {
  const center = new Float64Array(components);
  for (const g of members)
    for (let c = 0; c < components; c++) center[c]! += loadings[g * components + c]! / members.length;
  const project = (g: number, direction: Float64Array) => {
    let sum = 0;
    for (let c = 0; c < components; c++) sum += (loadings[g * components + c]! - center[c]!) * direction[c]!;
    return sum;
  };
  let direction = Float64Array.from({ length: components }, (_, c) => 1 / (c + 1));
  for (let round = 0; round < 50; round++) {
    const next = new Float64Array(components);
    for (const g of members) {
      const along = project(g, direction);
      for (let c = 0; c < components; c++) next[c]! += along * (loadings[g * components + c]! - center[c]!);
    }
    const length = Math.hypot(...next);
    if (length === 0) break;
    direction = next.map((value) => value / length);
  }
  const along = new Map(Array.from(members, (g) => [g, project(g, direction)]));
  return members.slice().sort((a, b) => along.get(a)! - along.get(b)! || a - b);
}
