/**
 * Fills in a verb's defaults and refuses what it does not know, so that a misspelt option is never silently ignored.
 *
 * @param verb - the name the user called, for the message (`"pp.pca"`).
 * @param options - what the user gave; a field that is `undefined` counts as not given.
 * @param defaults - every option the verb has, with its default.
 * @throws TypeError that names the unknown option and lists the known ones.
 */
export function resolveOptions<Resolved extends object>(
  verb: string,
  options: Partial<Resolved>,
  defaults: Resolved,
): Resolved {
  const resolved = { ...defaults };
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new TypeError(`${verb}: unknown option "${name}"; options: ${Object.keys(defaults).join(", ")}`);
    }
    if (value !== undefined) resolved[name as keyof Resolved] = value as Resolved[keyof Resolved];
  }
  return resolved;
}

/**
 * Parts a function's options into those that `defaults` names, with the defaults filled in, and the rest, which another
 * function resolves.
 */
export function partOptions<Own extends object, Rest extends object>(
  options: Partial<Own> & Rest,
  defaults: Own,
): { own: Own; rest: Rest } {
  const entries = Object.entries(options);
  const own = entries.filter(([name, value]) => Object.hasOwn(defaults, name) && value !== undefined);
  const rest = entries.filter(([name]) => !Object.hasOwn(defaults, name));
  return { own: { ...defaults, ...Object.fromEntries(own) }, rest: Object.fromEntries(rest) as Rest };
}
