import { random } from "../../stats/random.js";

/** Fewer test cells of a type than this say too little of its genes. */
export const LEAST_CELLS = 5;

/** The cell types that scores are taken over. */
export interface ScoredTypes {
  /** Their names, sorted. */
  readonly types: readonly string[];
  /** The type of every cell as a position in `types`; -1 for cells without label or of a type too rare. */
  readonly codes: Int32Array;
}

/**
 * The types with enough cells.
 *
 * @param types - the types to look for. Default: all with at least {@link LEAST_CELLS} cells.
 */
export function scoredTypes(labels: readonly (string | null)[], types?: readonly string[]): ScoredTypes {
  const sizes = new Map<string, number>();
  for (const label of labels) if (label !== null) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const kept = types ?? [...sizes.keys()].filter((type) => sizes.get(type)! >= LEAST_CELLS).sort();
  const codeOf = new Map(kept.map((type, code) => [type, code]));
  return { types: kept, codes: Int32Array.from(labels, (label) => codeOf.get(label ?? "") ?? -1) };
}

/**
 * How often every cell is drawn, where the cells of each type are drawn with replacement, as many as there are. The same
 * seed draws the same cells, so that scores of two methods can be paired draw by draw.
 *
 * @returns one list a draw, one number a cell; 0 for cells of no scored type.
 */
export function drawWithinTypes({ types, codes }: ScoredTypes, draws: number, seed: number): Uint16Array[] {
  const cells = types.map((_, type) => Int32Array.from(codes.keys()).filter((cell) => codes[cell] === type));
  const stream = random(seed, "repair", "cells within types");
  return Array.from({ length: draws }, () => {
    const times = new Uint16Array(codes.length);
    for (const ofType of cells)
      for (let i = 0; i < ofType.length; i++) times[ofType[stream.integer(ofType.length)]!]!++;
    return times;
  });
}

/** Every cell of a scored type once. */
export function eachOnce({ codes }: ScoredTypes): Uint16Array {
  return Uint16Array.from(codes, (code) => (code < 0 ? 0 : 1));
}
