import { fusionDefaults, type FusionOptions } from "../fusion-weights.js";
import type { TrainingData } from "../training-data.js";

/** Sizes and settings of DiffRepairer's network. All are ours; the paper describes another ({@link fitTransformer}). */
export interface DiffRepairerConfig extends Required<FusionOptions> {
  /** What reads the cell as a whole: a Transformer over gene modules, or a perceptron. Default: "tokens". */
  readonly context: "tokens" | "mlp";
  /** Gene modules, each a token. Default: 32, at most the genes. */
  readonly tokens: number;
  /** Width of tokens and of the context. Default: 128. */
  readonly width: number;
  /** Encoder layers. Default: 2. */
  readonly layers: number;
  /** Attention heads. Default: 8. */
  readonly attentionHeads: number;
  /** Hidden width of the encoder's feed-forward part, or of the perceptron. Default: 512. */
  readonly feedForward: number;
  /**
   * The heads that repair: the exact posterior, the fusion, which gives the mean alone, or both combined as suits the validation cells.
   * Default: "both".
   */
  readonly heads: "both" | "posterior" | "fusion";
  /**
   * What the posterior head takes the values for: log values under the paper's damage, whose severities it is told, or counts whose molecules
   * were lost (negative binomial), for training on {@link countDamage}. Default: "log".
   */
  readonly likelihood: "log" | "counts";
  /** Share of the context's inputs that a training step leaves out. Default: 0.1. */
  readonly dropout: number;
  /**
   * Weight of the fusion's error beside the posterior's in training, where both heads train. Less of it errs a little less and
   * finds fewer of the genes that mark cell types (on the validation cells of PBMC3k 0.2 errs 0.7 % less, with DEG 48 for 57). Default: 1.
   */
  readonly fusionWeight: number;
  /** Weight of the term that holds the fusion's spread over cells at the clean cells', against over-smoothing. Default: 0.1. */
  readonly spread: number;
}

const DEFAULTS: Omit<DiffRepairerConfig, keyof FusionOptions> = {
  ...{ context: "tokens", tokens: 32, width: 128, layers: 2, attentionHeads: 8, feedForward: 512 },
  ...{ heads: "both", likelihood: "log", dropout: 0.1, fusionWeight: 1, spread: 0.1 },
};

/** The settings for these data, where none is given. */
export function defaultConfig(data: TrainingData): DiffRepairerConfig {
  return { ...DEFAULTS, ...fusionDefaults(data), tokens: Math.min(DEFAULTS.tokens, data.genes.length) };
}

/** Throws where settings make no sense for so many genes. */
export function checkConfig(config: DiffRepairerConfig, genes: number): void {
  const { context, heads, tokens, width, attentionHeads, dropout, likelihood } = config;
  if (context !== "tokens" && context !== "mlp") {
    throw new RangeError(`context is "${String(context)}"; use "tokens" or "mlp"`);
  }
  if (heads !== "both" && heads !== "posterior" && heads !== "fusion") {
    throw new RangeError(`heads is "${String(heads)}"; use "both", "posterior" or "fusion"`);
  }
  if (likelihood !== "log" && likelihood !== "counts") {
    throw new RangeError(`likelihood is "${String(likelihood)}"; use "log" or "counts"`);
  }
  for (const key of ["tokens", "width", "layers", "attentionHeads", "feedForward", "components"] as const) {
    if (!(Number.isInteger(config[key]) && config[key] > 0)) {
      throw new RangeError(`${key} must be a positive whole number, not ${config[key]}`);
    }
  }
  if (tokens > genes) throw new RangeError(`tokens (${tokens}) must be at most the number of genes (${genes})`);
  if (width % attentionHeads !== 0) {
    throw new RangeError(`width (${width}) must be a multiple of attentionHeads (${attentionHeads})`);
  }
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`dropout must be from 0 to below 1, not ${dropout}`);
  for (const key of ["fusionWeight", "spread", "tau", "lambda"] as const) {
    if (!(config[key] >= 0)) throw new RangeError(`${key} must not be negative; it is ${config[key]}`);
  }
}
