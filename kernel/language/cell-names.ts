import { wordsOf, type OwnedKind, type ParsedCell } from "./parsed-cell.js";
import { ResultTypes } from "./result-types.js";

interface Owner {
  /** Name of the module, as an import names it. */
  readonly module: string;
  readonly kind: OwnedKind;
}

/** Names that come as variables of the type they were given: an import of them could not be assigned to, or said so wrongly. */
const VARIABLES: readonly OwnedKind[] = ["let", "var", "const"];

const ASSIGNED_GLOBAL =
  /\bglobalThis(?:\s+as\s+[\w<>, ]+\))?\s*(?:\.\s*|\[\s*["'`])([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/** The names that cells have declared so far, by the modules that own them: what a cell that comes next may use. */
export class CellNames {
  readonly #owners = new Map<string, Owner>();
  readonly #augmenting = new Set<string>();
  readonly #globals = new Set<string>();
  /** Names whose types are not known, or rest on such types. */
  readonly #vague = new Set<string>();

  constructor(readonly results = new ResultTypes()) {}

  /**
   * Takes the names of a cell's module: each is its own from now on.
   *
   * @param isVague - whether their types are not known for certain.
   */
  add(module: string, owned: ParsedCell["owned"], augments: boolean, isVague = false): void {
    if (augments) this.#augmenting.add(module);
    for (const [name, kind] of owned) {
      this.#owners.set(name, { module, kind });
      if (isVague) this.#vague.add(name);
      else this.#vague.delete(name);
    }
  }

  /** Whether a cell uses a name whose type is not known for certain. */
  usesVague(code: string, owned: ParsedCell["owned"]): boolean {
    if (this.#vague.size === 0) return false;
    const words = wordsOf(code);
    return [...this.#vague].some((name) => words.has(name) && !owned.has(name));
  }

  /** Takes the globals that a cell speaks of. */
  addGlobals(code: string): void {
    for (const [, assigned = ""] of code.matchAll(ASSIGNED_GLOBAL)) this.#globals.add(assigned);
  }

  /** Another that knows the same names, and the same results, and takes names of its own. */
  copy(): CellNames {
    const copy = new CellNames(this.results);
    for (const [name, owner] of this.#owners) copy.#owners.set(name, owner);
    for (const module of this.#augmenting) copy.#augmenting.add(module);
    for (const name of this.#globals) copy.#globals.add(name);
    for (const name of this.#vague) copy.#vague.add(name);
    return copy;
  }

  /** Forgets every name. */
  clear(): void {
    this.#owners.clear();
    this.#augmenting.clear();
    this.#globals.clear();
    this.#vague.clear();
    this.results.clear();
  }

  /** Every module that a cell may come to need. */
  modules(): string[] {
    return [...this.#augmenting, ...[...this.#owners.values()].map(({ module }) => module), ...this.results.modules()];
  }

  /** How a name was declared. */
  kindOf(name: string): OwnedKind | undefined {
    return this.#owners.get(name)?.kind;
  }

  /** The module that owns a name. */
  moduleOf(name: string): string | undefined {
    return this.#owners.get(name)?.module;
  }

  /** The module that owns a name which stands in later cells as a variable of its own. */
  moduleOfVariable(name: string): string | undefined {
    const owner = this.#owners.get(name);
    return owner && VARIABLES.includes(owner.kind) ? owner.module : undefined;
  }

  /** Whether a cell speaks of `globalThis.name`. */
  isOnGlobal(name: string): boolean {
    return this.#globals.has(name);
  }

  /** The line that brings the names that a whole cell uses into it. */
  preludeOf(code: string, owned: ParsedCell["owned"]): string {
    const words = wordsOf(code);
    return this.prelude(code, (name) => words.has(name) && !owned.has(name));
  }

  /** The line that brings names, and results, into a cell. */
  prelude(code: string, wants: (name: string) => boolean): string {
    const imports = new Map<string, string[]>();
    const unowned = [...wordsOf(code)].filter((word) => wants(word) && !this.#owners.has(word));
    let line = this.results.declarations(unowned);
    for (const [name, { module, kind }] of this.#owners) {
      if (!wants(name)) continue;
      const keyword = kind === "const" ? "const" : "let";
      if (VARIABLES.includes(kind)) line += `declare ${keyword} ${name}: typeof import("${module}").${name}; `;
      else imports.set(module, [...(imports.get(module) ?? []), name]);
    }
    for (const module of this.#augmenting) line += `import "${module}"; `;
    for (const [module, names] of imports) line += `import { ${names.join(", ")} } from "${module}"; `;
    return `${line}\n`;
  }
}
