const PLAIN = /^\[object (Object|Array|Date|RegExp|Map|Set|Number|String|Boolean|Error|Touch|TouchList|\w+Array)\]$/;

/**
 * Whether a value belongs to the page or could act: a window, an element, an event, any other object that the browser itself
 * made, or a function. The browser's objects all carry a tag of their own; those that Vega makes carry none.
 */
export const isPageObject = (value: unknown): boolean => {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && !PLAIN.test(Object.prototype.toString.call(value));
};

/**
 * The value, unless it {@link isPageObject belongs to the page}.
 * @throws {Error} that names what was read
 */
export const refusePageObject = (value: unknown, name: string): unknown => {
  if (!isPageObject(value)) return value;
  throw new Error(`a chart may not read "${name}", which belongs to the page`);
};

/** A getter of a nested field, of which no step may lead into the page. */
export const safeGetter =
  (path: readonly string[]) =>
  (object: unknown): unknown => {
    let value = object;
    // A missing step throws as Vega's own getters do.
    for (const name of path) value = refusePageObject((value as Record<string, unknown>)[name], name);
    return value;
  };
