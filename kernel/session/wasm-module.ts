import { readFileSync } from "node:fs";

/** What the types of Node leave out. */
interface WebAssemblyModules {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): { readonly module: string; readonly name: string }[];
    exports(module: object): { readonly name: string }[];
  };
}

const { Module } = (globalThis as unknown as { WebAssembly: WebAssemblyModules }).WebAssembly;

/**
 * The source of a module that exports what a WebAssembly file exports, and gives it what it imports: Node does so itself
 * only behind a flag.
 */
export function wasmModule(path: string): string {
  const module = new Module(readFileSync(path));
  const imported = [...new Set(Module.imports(module).map(({ module: specifier }) => specifier))];
  const exported = Module.exports(module).map(({ name }) => name);
  return [
    'import { readFileSync } from "node:fs";',
    ...imported.map((specifier, i) => `import * as from${i} from ${JSON.stringify(specifier)};`),
    `const bytes = readFileSync(${JSON.stringify(path)});`,
    `const imports = { ${imported.map((specifier, i) => `${JSON.stringify(specifier)}: from${i}`).join(", ")} };`,
    "const { instance } = await WebAssembly.instantiate(bytes, imports);",
    ...exported.map((name, i) => `const export${i} = instance.exports[${JSON.stringify(name)}];`),
    `export { ${exported.map((name, i) => `export${i} as ${JSON.stringify(name)}`).join(", ")} };`,
  ].join("\n");
}
