/** Which cells or genes: their positions, a mask (`Uint8Array` or booleans, one a row), or their names. */
export type Selector = Int32Array | readonly number[] | Uint8Array | readonly boolean[] | readonly string[];

/**
 * Positions from a selector.
 *
 * @param names - the row names of the table selected from.
 * @param what - `"obs"` or `"var"`, for messages.
 * @throws RangeError where a position or a name does not exist, or a mask has the wrong length.
 */
export function positions(selector: Selector, names: readonly string[], what: "obs" | "var"): Int32Array {
  if (selector instanceof Uint8Array || typeof selector[0] === "boolean") {
    if (selector.length !== names.length) {
      throw new RangeError(`the mask has length ${selector.length}; ${what} has ${names.length} rows`);
    }
    const kept: number[] = [];
    for (let i = 0; i < selector.length; i++) if (selector[i]) kept.push(i);
    return Int32Array.from(kept);
  }
  if (typeof selector[0] === "string") {
    const positionOf = new Map<string, number>();
    for (let i = names.length - 1; i >= 0; i--) positionOf.set(names[i]!, i);
    return Int32Array.from(selector as readonly string[], (name) => {
      const position = positionOf.get(name);
      if (position === undefined) throw new RangeError(`${what} has no row named "${name}"`);
      return position;
    });
  }
  for (const row of selector as readonly number[]) {
    if (!Number.isInteger(row) || row < 0 || row >= names.length)
      throw new RangeError(`${what} has ${names.length} rows; there is no row ${row}`);
  }
  return Int32Array.from(selector as readonly number[]);
}
