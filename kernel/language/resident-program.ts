import ts from "typescript";

/** Where the modules lie that later texts name. */
export interface LaterModules {
  /** The text of a module that lies in memory. */
  textOf(path: string): string | undefined;
  resolve(name: string, from: string): ts.ResolvedModuleFull | undefined;
}

/** What TypeScript has but does not tell of: how a parsed file becomes one that a checker takes. */
interface Internals {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  getSetExternalModuleIndicator(options: ts.CompilerOptions): (file: ts.SourceFile) => void;
}
interface ResolvedModule {
  readonly resolvedModule: ts.ResolvedModuleFull | undefined;
}
interface OpenProgram extends ts.Program {
  getResolvedModule(file: ts.SourceFile, name: string, mode: ts.ResolutionMode): ResolvedModule | undefined;
}

const { bindSourceFile, getSetExternalModuleIndicator } = ts as unknown as Internals;

/** A package's JavaScript without types: programs leave it out. */
const UNTYPED: readonly string[] = [ts.Extension.Js, ts.Extension.Jsx, ts.Extension.Mjs, ts.Extension.Cjs];

/**
 * A program that stays: its checker, which knows the types of the libraries by now, takes modules that come later.
 *
 * TypeScript makes a program and a checker anew for every change, and the checker then finds out what an array is: most of
 * the work of a cell. A module that adds to no other's types changes nothing for them, so one checker can take any number.
 */
export class ResidentProgram {
  readonly #program: OpenProgram;
  readonly #later = new Map<string, { readonly file: ts.SourceFile; readonly modules: Map<string, ResolvedModule> }>();
  #length = 0;

  /** @param program - is told of later modules from now on. */
  constructor(program: ts.Program) {
    this.#program = program as OpenProgram;
    const { getSourceFile, getResolvedModule } = this.#program;
    this.#program.getSourceFile = (path) => this.#later.get(path)?.file ?? getSourceFile(path);
    this.#program.getResolvedModule = (file, name, mode) =>
      this.#later.get(file.fileName)?.modules.get(name) ?? getResolvedModule(file, name, mode);
  }

  /** Paths of the files that the program was made of. */
  get files(): readonly string[] {
    return this.#program.getSourceFiles().map(({ fileName }) => fileName);
  }

  /** Characters of the modules that have come later. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a module, and those that lie in memory and that it comes from.
   *
   * @param path - of none of the program's files.
   * @returns whether it could: not where the module refers to files on disk that the program does not have.
   */
  add(path: string, text: string, modules: LaterModules): boolean {
    const { importedFiles, referencedFiles, typeReferenceDirectives, libReferenceDirectives } = ts.preProcessFile(text);
    if ([referencedFiles, typeReferenceDirectives, libReferenceDirectives].some(({ length }) => length > 0))
      return false;
    const resolved = new Map<string, ResolvedModule>();
    for (const { fileName: name } of importedFiles) {
      const resolvedModule = modules.resolve(name, path);
      if (resolvedModule && !this.#has(resolvedModule, modules)) return false;
      resolved.set(name, { resolvedModule });
    }
    this.#later.set(path, { file: this.#parse(path, text), modules: resolved });
    this.#length += text.length;
    return true;
  }

  /** Whether the program has a module, or takes it. */
  #has({ resolvedFileName: path, extension, isExternalLibraryImport }: ts.ResolvedModuleFull, modules: LaterModules) {
    const file = this.#program.getSourceFile(path);
    const text = modules.textOf(path);
    if (text === undefined) return file !== undefined || (isExternalLibraryImport && UNTYPED.includes(extension));
    return file ? file.text === text : extension === ts.Extension.Ts && this.add(path, text, modules);
  }

  #parse(path: string, text: string): ts.SourceFile {
    const options = this.#program.getCompilerOptions();
    const file = ts.createSourceFile(path, text, {
      languageVersion: options.target ?? ts.ScriptTarget.ESNext,
      setExternalModuleIndicator: getSetExternalModuleIndicator(options),
    });
    Object.assign(file, { path, resolvedPath: path, originalFileName: path, imports: [], moduleAugmentations: [] });
    bindSourceFile(file, options);
    return file;
  }
}
