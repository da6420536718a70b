// As it was before the first cell, which may patch it.
const { keys } = Object;

/**
 * Refuses options that a function does not have.
 *
 * @param where - the function, as users call it.
 * @throws TypeError naming the option and those there are.
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  for (const key of keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${where} has no option "${key}"; it has ${known.join(", ")}`);
  }
}
