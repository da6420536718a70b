/**
 * Names without duplicates: the second "A" becomes "A-1", the third "A-2", skipping names that exist, as anndata's
 * `var_names_make_unique`.
 * @example
 * io.makeUnique(["CD3D", "LYZ", "CD3D"]); // ["CD3D", "LYZ", "CD3D-1"]
 */
export function makeUnique(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let unique: string;
    do {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      unique = `${name}-${count}`;
    } while (taken.has(unique));
    taken.add(unique);
    return unique;
  });
}
