/** One report of a running training. */
export interface TrainingProgress {
  readonly method: string;
  /** Epochs finished, and at most to come. */
  readonly epoch: number;
  readonly epochs: number;
  /** Training steps taken, and at most to take. */
  readonly step: number;
  readonly steps: number;
  /** Mean training loss of the running epoch. */
  readonly loss: number;
  /** Loss on the validation cells, in the report that ends an epoch. */
  readonly validationLoss?: number;
  /** Median over the last steps; times the steps left it gives the time left at most. */
  readonly secondsPerStep?: number;
}

/** What happened in one epoch. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly learningRate: number;
}

/** How a training went. */
export interface TrainingHistory {
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose weights were kept: the one of lowest validation loss. */
  readonly bestEpoch: number;
  readonly stopped: "all epochs done" | "no better for the patience" | "step budget of a slow backend spent";
  readonly secondsPerStep: number;
}

/** Options that all networks share. */
export interface TrainingOptions {
  /** Length of the training. Default: "quick". */
  readonly budget?: BudgetName;
  /** Most epochs; an epoch shows every training cell once, in a draw of its degradation of its own. Default: the budget's. */
  readonly epochs?: number;
  /** Stop after this many epochs without a lower validation loss. Default: the budget's. */
  readonly patience?: number;
  /** Default: 64. */
  readonly batchSize?: number;
  /** Peak of the schedule: linear warm-up over a tenth of the steps, then half a cosine to zero. Default: the model's. */
  readonly learningRate?: number;
  /** Decoupled weight decay. Default: 1e-4. */
  readonly weightDecay?: number;
  /** Seed of initial weights and shuffling. Default: the task's. */
  readonly seed?: number;
  /**
   * What networks that use the cells' severity are told of it: their own estimate from the degraded values, or what the
   * simulation drew (columns of `obs`), which no real sample knows. Default: "estimate".
   */
  readonly severity?: "estimate" | "known";
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Folder for a checkpoint; a training that finds its own there goes on from it. Default: none. */
  readonly checkpoint?: string;
  /** Seconds between checkpoints at least. Default: 10. */
  readonly checkpointSeconds?: number;
  /**
   * Keep the trained network in the cache folder, and take it from there when the same training (data, settings, seed, this
   * library's code) is asked for again; then there is no progress. Default: false.
   */
  readonly keep?: boolean;
  /** Ends the training between two steps with the signal's reason; the last checkpoint stays. */
  readonly signal?: AbortSignal;
}

/** A budget: how long networks train at most. */
export interface Budget {
  readonly epochs: number;
  readonly patience: number;
}

/**
 * The named budgets.
 * @example
 * const model = await repair.fit("dae", task, { ...repair.BUDGETS.quick, seed: 1 });
 */
export const BUDGETS = {
  /** To see that everything runs; the model is of no use. */
  trial: { epochs: 1, patience: 1 },
  /** Both networks within a minute or so on two cores; the validation loss is within a few percent of the full one. */
  quick: { epochs: 30, patience: 8 },
  /** Until the validation loss has not fallen for long. */
  full: { epochs: 150, patience: 20 },
} as const satisfies Record<string, Budget>;

/** Name of a budget. */
export type BudgetName = keyof typeof BUDGETS;

/**
 * Training steps at most on the backends without native TensorFlow. One step of the paper's Transformer at 5,000 genes
 * takes about 1.5 s on WebAssembly and 10 s in plain JavaScript, so that a network trains in three to four minutes.
 */
export const PURE_JS_STEP_BUDGET = { wasm: 120, cpu: 20 } as const;
