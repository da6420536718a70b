/** What the same training gave on one device. */
export interface Training {
  readonly device: "GPU" | "CPU";
  /** Version of the TensorFlow C library. */
  readonly tensorflow: string;
  /** By step, each before its update. */
  readonly losses: readonly number[];
  /** Median of a step. */
  readonly milliseconds: number;
}

/** What to print, and the code to exit with: 0 equal, 1 different, 2 not to be checked here. */
export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly text: string;
}

/** Largest difference of a loss from the CPU's, relative to the CPU's. */
export const TOLERANCE = 1e-3;

const SET_UP = "`DIFFREPAIRER_BACKEND=gpu npm run setup` builds TensorFlow for GPUs and says what is missing";

/** Where the package for GPUs does not load, or trained without a GPU. */
export function notChecked(gpu: Training | Error): Verdict | undefined {
  if (gpu instanceof Error) return { exitCode: 2, text: `Not checked: ${gpu.message}. ${SET_UP}.` };
  if (gpu.device === "GPU") return undefined;
  return { exitCode: 2, text: `Not checked: TensorFlow ${gpu.tensorflow} sees no NVIDIA GPU here. ${SET_UP}.` };
}

/** Whether the GPU's losses are the CPU's, step by step. */
export function verdict(gpu: Training, cpu: Training): Verdict {
  const differences = cpu.losses.map((loss, step) => {
    const difference = Math.abs((gpu.losses[step] ?? NaN) - loss) / Math.abs(loss);
    return Number.isNaN(difference) ? Infinity : difference;
  });
  const largest = Math.max(...differences);
  const isEqual = differences.length > 0 && largest <= TOLERANCE;
  const times = `A step takes ${gpu.milliseconds.toFixed(1)} ms on the GPU and ${cpu.milliseconds.toFixed(1)} ms on the CPU`;
  return {
    exitCode: isEqual ? 0 : 1,
    text:
      `${isEqual ? "Equal" : "DIFFERENT"}: over ${cpu.losses.length} steps the losses of GPU and CPU differ by at most ` +
      `${largest.toExponential(1)} of the CPU's (step ${differences.indexOf(largest) + 1}; allowed ${TOLERANCE}). ${times} (TensorFlow ${gpu.tensorflow}).`,
  };
}
