import type { AnnData } from "../../anndata/anndata.js";
import type { DenseMatrix } from "../../anndata/dense.js";
import { geneLengths } from "../../degrade/gene-numbers.js";
import { relativeLogLength } from "../../degrade/length-bias.js";
import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { partOptions } from "../../options.js";
import { fitNetwork } from "../fit-network.js";
import { fitFusion, keptShare, type FusionWeights } from "../fusion-weights.js";
import {
  meanSquaredError,
  type Facts,
  type Network,
  type NetworkConfig,
  type NetworkGround,
  type NetworkInput,
  type NetworkKind,
  type TrainingBatch,
} from "../network.js";
import type { NetworkModel } from "../network-model.js";
import { Parameters, type Start } from "../parameters.js";
import { Scaler } from "../scaler.js";
import { checkKnowledge, type SeveritySource } from "../severity-source.js";
import { dense, type TrainingData } from "../training-data.js";
import type { TrainingOptions } from "../training-options.js";
import { checkConfig, defaultConfig, type DiffRepairerConfig } from "./config.js";
import { mlpContext, seenValues, tokenContext } from "./context.js";
import { atlasFacts, drawTogether } from "./contrast.js";
import { countHead } from "./count-posterior.js";
import { contextViews } from "./context-views.js";
import { fusionHead } from "./fusion-head.js";
import { geneModules } from "./gene-modules.js";
import { contextualPrior, genePrior, posterior, type GenePrior, type Posterior } from "./posterior-head.js";

/** Options of {@link fitDiffRepairer}. */
export type DiffRepairerOptions = TrainingOptions & Partial<DiffRepairerConfig>;

/** What the head for counts knows of the genes. */
interface CountFacts {
  readonly length: Float32Array;
  readonly pool: Float32Array;
}

/** What the heads that there are make of a batch. */
interface HeadsOutput {
  /** z-scored: B × G. */
  readonly fusion?: Tensor;
  readonly posterior?: Tensor;
  readonly believed?: Posterior;
}

/** The settings as they are saved with the network. */
export type SavedConfig = DiffRepairerConfig & NetworkConfig;

/** Least noise, and range of dropout, that a likelihood is computed for. */
const LEAST_NOISE = 0.02;
const DROPOUT_RANGE = [0.01, 0.95] as const;

/** Weight of the posterior in the combination of the heads while training. */
const EQUAL_SHARES = 0.5;

/**
 * Trains DiffRepairer: the posterior mean E[x | y, severity] in one step.
 *
 * A context encoder reads the whole cell. Two heads repair each gene in its light: the *posterior* head moves what is known
 * of the gene from the training cells (whether it is expressed, how strongly, how variably) and takes the exact posterior
 * under the damage simulated; the *fusion* head corrects a closed-form linear fusion of the gene's measurement with the
 * cell's components by gates. Their combination has the least error on the validation cells. The severity is estimated from
 * each degraded cell, unless `severity` is "known".
 *
 * `repair` gives, beside the mean, the posterior's standard deviation and the probability that a gene is expressed.
 *
 * @example
 * const model = await repair.fitDiffRepairer(task, { budget: "full" });
 * const { mean, sd, pExpressed } = await model.repair(task.degraded.test);
 */
export async function fitDiffRepairer(data: TrainingData, options: DiffRepairerOptions = {}): Promise<NetworkModel> {
  const genes = data.genes.length;
  const { own: config, rest: training } = partOptions<DiffRepairerConfig, TrainingOptions>(
    options,
    defaultConfig(data),
  );
  checkConfig(config, genes);
  const { severity = "estimate" } = training;
  checkKnowledge(severity);
  const kind = severity === "known" ? diffrepairerKnown : diffrepairer;
  return fitNetwork(kind, data, { ...config }, training);
}

/** Builds the network; its facts are the modules, the genes' priors and lengths, and the fusion's closed form. */
export function buildDiffRepairer(tf: Tf, ground: NetworkGround, config: SavedConfig, start: Start): Network {
  const { genes, scaling, facts } = ground;
  const { width, dropout, fusionWeight, spread, tau, likelihood } = config;
  const parameters = new Parameters(tf, start, "diffrepairer");
  const context =
    config.context === "tokens"
      ? tokenContext(tf, parameters, facts["module"]!, config)
      : mlpContext(tf, parameters, genes, config);
  const believes = config.heads !== "fusion";
  const prior = believes ? contextualPrior(tf, parameters, facts as Facts & GenePrior, width) : undefined;
  const counted =
    believes && likelihood === "counts" ? countHead(tf, parameters, facts as Facts & CountFacts, width) : undefined;
  const fusion =
    config.heads === "posterior"
      ? undefined
      : fusionHead(tf, parameters, facts as Facts & FusionWeights, { scaling, width, tau });
  const combination = parameters.fixed("combination", Float32Array.of(EQUAL_SHARES), []);
  const scale = new Scaler(tf, scaling);
  const length = tf.tensor1d(facts["length"]!);

  /** What the heads make of cells; `values` is what the context sees of them, B × 2G. */
  const heads = ({ y, z, severity }: NetworkInput, values: Tensor): HeadsOutput => {
    const [intensity, lost, noise] = tf.split(severity, 3, 1) as [Tensor, Tensor, Tensor];
    const keep = intensity.mul(length).neg().exp(); // B × G
    const damage = { keep, dropout: lost.clipByValue(...DROPOUT_RANGE), noise: noise.maximum(LEAST_NOISE) };
    const encoded = context.encode(values, severity); // B × width
    const fused = fusion?.of({ y, z, keep }, encoded);
    const expected = prior?.of(encoded);
    if (!expected) return { fusion: fused };
    const believed = counted ? counted.of(y, expected, encoded) : posterior(tf, y, expected, damage);
    return { believed, posterior: scale.toZ(believed.mean), fusion: fused };
  };
  const combined = ({ posterior, fusion }: HeadsOutput): Tensor =>
    posterior && fusion ? fusion.add(posterior.sub(fusion).mul(combination)) : (posterior ?? fusion)!;
  return {
    parameters,
    random: { mask: { columns: 2 * genes, distribution: "uniform" } },
    forward(input) {
      const repaired = heads(input, seenValues(tf, input));
      const x = combined(repaired);
      if (!repaired.believed) return { x };
      const { variance, pExpressed } = repaired.believed;
      return { x, sd: scale.spreadToZ(variance.sqrt()), pExpressed };
    },
    loss(batch) {
      const kept = batch.random["mask"]!.greaterEqual(dropout)
        .cast("float32")
        .div(1 - dropout);
      const { posterior, fusion } = heads(batch, seenValues(tf, batch).mul(kept));
      const ofPosterior = posterior && meanSquaredError(posterior, batch);
      const ofFusion = fusion && meanSquaredError(fusion, batch).add(spreadDifference(fusion, batch).mul(spread));
      return ofPosterior && ofFusion ? ofPosterior.add(ofFusion.mul(fusionWeight)) : (ofPosterior ?? ofFusion)!;
    },
    views: {
      heads: {
        show(input) {
          const { posterior, fusion } = heads(input, seenValues(tf, input));
          return { ...(posterior && { posterior }), ...(fusion && { fusion }) };
        },
      },
      ...(facts["module"] &&
        contextViews(tf, context, facts["module"], (input, values) => combined(heads(input, values)))),
    },
    dispose() {
      for (const part of [context, prior, counted, fusion, scale, length]) part?.dispose();
    },
  };
}

/** Mean squared difference, over genes, of the standard deviation over a batch's cells from the clean cells'. */
function spreadDifference(x: Tensor, { target, weight }: TrainingBatch): Tensor {
  const cells = weight.expandDims(1);
  const average = (values: Tensor) => values.mul(cells).sum(0, true).div(weight.sum()); // 1 × G
  const deviation = (values: Tensor) =>
    average(values.sub(average(values)).square())
      .add(1e-6)
      .sqrt();
  return deviation(x).sub(deviation(target)).square().mean();
}

export const diffrepairer: NetworkKind<SavedConfig> = {
  name: "diffrepairer",
  label: "DiffRepairer",
  learningRate: 1e-3,
  clipNorm: 1,
  usesSeverity: true,
  facts: (tf, data, config, severity) => factsOf(tf, data, config, severity),
  build: buildDiffRepairer,
  contrast: drawTogether,
  settle(model, { parameters }, data) {
    const { posterior, fusion } = model.view("heads", data.degraded.validation);
    if (!posterior || !fusion) return;
    const share = bestShare(posterior.data, fusion.data, data);
    parameters.set("combination", Float32Array.of(share));
  },
};

/** The same, told the severities that the simulation drew: an oracle, to be compared with oracles. */
export const diffrepairerKnown: typeof diffrepairer = {
  ...diffrepairer,
  name: "diffrepairer-known",
  label: "DiffRepairer, severity known",
};

function factsOf(tf: Tf, data: TrainingData, config: SavedConfig, severity: SeveritySource): Facts {
  const { tau, components, lambda, tokens, heads } = config;
  const facts = posteriorFacts(data);
  const kept = (cells: AnnData) => keptShare(tf, severity.of(cells), facts.length);
  return {
    ...facts,
    ...(config.likelihood === "counts" && { pool: meanExpression(dense(data.train)) }),
    ...(config.context === "tokens" && { module: geneModules(tf, data, tokens) }),
    ...atlasFacts(tf, data),
    ...(heads !== "posterior" && fitFusion(tf, data, { tau, components, lambda }, kept)),
  };
}

/** What the posterior head needs to know: the genes' lengths, and how the clean training cells express them. */
export function posteriorFacts({ train, genes }: TrainingData): { length: Float32Array } & GenePrior {
  const length = Float32Array.from(relativeLogLength(geneLengths(train)));
  return { length, ...genePrior(dense(train).data, genes.length) };
}

/** Mean counts per ten thousand of every gene, of log1p values. */
function meanExpression({ data, shape }: DenseMatrix): Float32Array {
  const [cells, genes] = shape;
  const means = new Float32Array(genes);
  for (let at = 0; at < data.length; at++) means[at % genes]! += Math.expm1(data[at]!) / cells;
  return means;
}

/** The share of `a`, from 0 to 1, in the combination of two estimates that has the least squared error on the validation cells. */
function bestShare(a: Float32Array, b: Float32Array, { validation, scaling }: TrainingData): number {
  const clean = dense(validation).data;
  const genes = scaling.mean.length;
  let product = 0;
  let square = 0;
  for (let at = 0; at < clean.length; at++) {
    const g = at % genes;
    const difference = a[at]! - b[at]!;
    product += ((clean[at]! - scaling.mean[g]!) / scaling.sd[g]! - b[at]!) * difference;
    square += difference * difference;
  }
  return square > 0 ? Math.min(1, Math.max(0, product / square)) : EQUAL_SHARES;
}
