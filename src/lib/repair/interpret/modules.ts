import { resolveOptions } from "../../options.js";
import { enrichGenes, type Enrichment } from "../../tl/enrich-genes.js";
import type { NetworkModel } from "../network-model.js";

/** Number of gene modules of a model's context. */
export function moduleCount(model: NetworkModel): number {
  return Math.max(...moduleOfGenes(model)) + 1;
}

/**
 * The genes of each module of a model's context.
 *
 * @throws RangeError where the model has no modules.
 * @example
 * const [firstModule] = repair.geneModulesOf(model);
 */
export function geneModulesOf(model: NetworkModel): string[][] {
  const modules = Array.from({ length: moduleCount(model) }, (): string[] => []);
  moduleOfGenes(model).forEach((module, g) => modules[module]!.push(model.genes[g]!));
  return modules;
}

/** Options of {@link annotateModules}. */
export interface AnnotateModulesOptions {
  /** Sets whose adjusted p is above this are not named. Default: 0.05. */
  readonly maxAdjustedP?: number;
}

/** A module and the gene sets it is rich in. */
export interface ModuleAnnotation {
  readonly module: number;
  readonly genes: readonly string[];
  /** The sets, most significant first. */
  readonly sets: readonly Enrichment[];
  /** Name of the first; "module k" where there is none. */
  readonly name: string;
}

/**
 * Names a model's gene modules by the gene sets they are rich in ({@link enrichGenes}, against the model's genes).
 *
 * @param sets - genes by name, such as `datasets.markers().genes`.
 * @example
 * const { genes } = await datasets.markers({ tissue: "Blood" });
 * const modules = repair.annotateModules(model, genes);
 */
export function annotateModules(
  model: NetworkModel,
  sets: Readonly<Record<string, readonly string[]>>,
  options: AnnotateModulesOptions = {},
): ModuleAnnotation[] {
  const { maxAdjustedP } = resolveOptions("repair.annotateModules", options, { maxAdjustedP: 0.05 });
  return geneModulesOf(model).map((genes, module) => {
    const found = enrichGenes(genes, sets, { background: model.genes }).filter(
      ({ adjustedP }) => adjustedP <= maxAdjustedP,
    );
    return { module, genes, sets: found, name: found[0]?.set ?? `module ${module}` };
  });
}

function moduleOfGenes(model: NetworkModel): Float32Array {
  const { module } = model.facts;
  if (!module) throw new RangeError(`The ${model.label} has no gene modules; fit DiffRepairer with context: "tokens".`);
  return module;
}
