import { type SecondThread, startSecondThread } from "./second-thread.js";
import type { WasmInstance } from "./wasm-code.js";

/** A matrix in a memory of its own, ready for products with `AᵀA`. */
export interface GramKernel {
  /** A value a column; zeros may follow. */
  x: Float64Array;
  out: Float64Array;
  /** A value a row: `A x - shift` after each product. */
  products: Float64Array;
  /** `out = Aᵀ (A x - shift)`, in float64 and in one pass over the matrix; returns the sum of `A x - shift`. */
  multiply(shift: number): number;
  /** Ends what may run beside. */
  close(): void;
}

/** A function of the module that takes half the rows, its arguments but for the shift, which is the last, and where it adds its part. */
export interface Half {
  name: string;
  args: number[];
  out: Float64Array;
}

/**
 * A product whose rows are taken in two halves, one beside the other in a second thread where the matrix is large. Each half has a sum
 * of its own, added at the end, so that the result does not depend on the thread.
 *
 * @param isLarge - whether a second thread pays.
 */
export function inHalves(
  { functions, module, memory }: WasmInstance<Record<string, (...args: number[]) => number>>,
  [first, second]: [Half, Half],
  isLarge: boolean,
): Pick<GramKernel, "multiply" | "close"> {
  let thread: SecondThread | undefined;
  const run = ({ name, args }: Half, shift: number) => functions[name]!(...args, shift);
  return {
    multiply(shift) {
      if (isLarge) thread ??= startSecondThread(module, memory, second.name);
      first.out.fill(0);
      second.out.fill(0);
      const isBeside = thread?.begin([...second.args, shift]) ?? false;
      const ofFirst = run(first, shift);
      const ofSecond = isBeside ? thread!.finish() : run(second, shift);
      for (let j = 0; j < first.out.length; j++) first.out[j]! += second.out[j]!;
      return ofFirst + ofSecond;
    },
    close() {
      thread?.close();
      thread = undefined;
    },
  };
}
