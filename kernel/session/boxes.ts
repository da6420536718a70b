import { createObject, defineProperty } from "./primordials.js";

/**
 * Holds one session-level name. `v` is its value: absent until first set, so that reading earlier throws as the language
 * does; then a plain property, as fast as a module's variable. `k` is `v` for code that may not assign.
 */
export class Box {
  /** @param name - the variable's name, for messages. */
  constructor(readonly name: string) {}

  get v(): unknown {
    throw new ReferenceError(`Cannot access '${this.name}' before initialization`);
  }

  set v(value: unknown) {
    defineProperty(this, "v", { value, writable: true, enumerable: true, configurable: true });
  }

  get k(): unknown {
    return this.v;
  }

  set k(_value: unknown) {
    throw new TypeError("Assignment to constant variable.");
  }
}

/** All names of a session. */
export class Boxes {
  readonly #boxes = createObject(null) as Record<string, Box>;

  /** The box of a name, made at first use. */
  get(name: string): Box {
    return (this.#boxes[name] ??= new Box(name));
  }

  /** The box of a name, if it has one: looking has no side effects, so that a debugger may. */
  find(name: string): Box | undefined {
    return this.#boxes[name];
  }

  /** Visits every box. */
  each(visit: (name: string, box: Box) => void): void {
    for (const name in this.#boxes) visit(name, this.get(name));
  }

  /**
   * Makes names live bindings of a module's exports.
   *
   * @param module - the namespace object.
   * @param specifier - the module as the cell names it, for messages.
   * @param pairs - local and exported name; "*" is the namespace itself.
   * @param required - local names the cell uses as values: the module must export them. Others may be types.
   * @throws SyntaxError naming a missing export.
   */
  bind(
    module: Record<string, unknown>,
    specifier: string,
    pairs: readonly (readonly [string, string])[],
    required: readonly string[],
  ): void {
    const fallback = commonJsExports(module);
    for (const [local, exported] of pairs) {
      const box = this.get(local);
      const missing = new SyntaxError(
        `The requested module '${specifier}' does not provide an export named '${exported}'`,
      );
      let read: () => unknown;
      if (exported === "*") {
        const namespace = fallback ? merged(module, fallback) : module;
        read = () => namespace;
      } else if (exported in module) read = () => module[exported];
      else if (fallback && exported in fallback) read = () => fallback[exported];
      else if (required.includes(local)) throw missing;
      else {
        read = () => {
          throw missing;
        };
      }
      defineProperty(box, "v", {
        get: read,
        set(value: unknown) {
          defineProperty(box, "v", { value, writable: true, enumerable: true, configurable: true });
        },
        enumerable: true,
        configurable: true,
      });
    }
  }
}

/** The exports object of a CommonJS module, some of whose names Node may not have found by reading its text. */
function commonJsExports(module: Record<string, unknown>): Record<string, unknown> | undefined {
  const { default: exports } = module;
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return undefined;
  const looksCommonJs = "module.exports" in module || "__esModule" in module || "__esModule" in exports;
  return looksCommonJs ? (exports as Record<string, unknown>) : undefined;
}

function merged(module: Record<string, unknown>, exports: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(exports).every((name) => name in module)) return module;
  const all = createObject(null) as Record<string, unknown>;
  for (const source of [exports, module]) {
    for (const name of Object.keys(source)) {
      defineProperty(all, name, { get: () => source[name], enumerable: true, configurable: true });
    }
  }
  return all;
}
