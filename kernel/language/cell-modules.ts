/** The module that a cell became. */
export interface CellModule {
  readonly text: string;
  /** Of its file. */
  readonly path: string;
  /** The modules of other cells that its types come from. */
  readonly uses: readonly string[];
}

/** Sweeping is put off until there are twice as many modules as the last time, and some. */
const SPARE = 100;

/** The modules of the cells that declare something, by their names as an import tells them. */
export class CellModules {
  readonly #modules = new Map<string, CellModule>();
  readonly #byText = new Map<string, string>();
  #sweepsAt = SPARE;

  /** The module that has this text: a cell that is run again, against the same cells, is the module it was. */
  named(text: string): string | undefined {
    return this.#byText.get(text);
  }

  /** Adds a module. */
  add(name: string, module: CellModule): void {
    this.#modules.set(name, module);
    this.#byText.set(module.text, name);
  }

  /**
   * Lets go of the modules that nothing can come from any more: all their names have been declared anew.
   *
   * @param roots - gives the modules that names come from.
   * @returns the paths of the files that are no longer wanted.
   */
  sweep(roots: () => Iterable<string>): string[] {
    if (this.#modules.size < this.#sweepsAt) return [];
    const wanted = new Set(roots());
    for (const name of wanted) for (const used of this.#modules.get(name)?.uses ?? []) wanted.add(used);
    const paths: string[] = [];
    for (const [name, { path, text }] of this.#modules) {
      if (wanted.has(name)) continue;
      this.#modules.delete(name);
      this.#byText.delete(text);
      paths.push(path);
    }
    this.#sweepsAt = 2 * this.#modules.size + SPARE;
    return paths;
  }
}
