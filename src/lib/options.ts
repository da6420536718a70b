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
