import { join } from "node:path";
import ts from "typescript";
import type { ProgramFiles } from "./program-files.js";
import { ResidentProgram } from "./resident-program.js";

/** Parsed files, shared by all services of this process and by those that a startup snapshot makes. */
export const documents = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);

/** So many characters of later modules, and a program is made anew: of each, the checker remembers some 200 bytes. */
const MUCH_TEXT = 100_000;

/** TypeScript's language service over a program that stays. */
interface Resident {
  readonly service: ts.LanguageService;
  readonly program: ResidentProgram;
  /** The files on disk that it was made of, with their versions. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether it was made for a text that adds to the types of others: it may never run. */
  readonly augments: boolean;
}

/** A text that can be asked about. */
export interface OpenText {
  readonly service: ts.LanguageService;
  readonly file: string;
}

/** What was left to the next residence: a startup snapshot holds it. */
let legacy: { readonly basis: string; readonly resident: Resident } | undefined;

/** Opens texts in a program that stays as long as it holds good for them, else in one that is made for them. */
export class Residence {
  readonly #files: ProgramFiles;
  #service: ts.LanguageService | undefined;
  #resident: Resident | undefined;
  #texts = 0;

  /** Takes over what a residence on the same basis has left. */
  constructor(files: ProgramFiles) {
    this.#files = files;
    if (legacy?.basis === files.basis) this.#resident = legacy.resident;
    legacy = undefined;
  }

  /** The program of the text that was opened last. */
  get program(): ts.Program | undefined {
    return this.#resident?.service.getProgram();
  }

  /** Whether the program has taken so much that making it anew should not be left to the next text. */
  get hasGrown(): boolean {
    return (this.#resident?.program.length ?? 0) > MUCH_TEXT / 2;
  }

  /**
   * Opens a text as a module.
   *
   * @param name - of its file, should the program be made for it.
   * @param augments - whether it adds to the types of others.
   */
  open(name: string, text: string, augments: boolean): OpenText {
    const resident = this.#current();
    const later = join(this.#files.folder, `cell-open-${++this.#texts}.ts`);
    if (name.endsWith(".ts") && !augments && resident?.program.add(later, text, this.#files)) {
      return { service: resident.service, file: later };
    }
    const file = this.#files.write(name, text);
    this.#files.setRoot(file);
    this.#resident = this.#make(augments);
    return { service: this.#resident.service, file };
  }

  /** Gives the program up. */
  leave(): void {
    this.#resident = undefined;
  }

  /** Leaves the program, which knows the libraries, to the next residence on the same basis. */
  bequeath(): void {
    if (this.#resident) legacy = { basis: this.#files.basis, resident: this.#resident };
  }

  /** The program that stays, unless a file of it has changed, or it has grown much. */
  #current(): Resident | undefined {
    if (!this.#resident || this.#resident.augments) return undefined;
    if (this.#resident.program.length > MUCH_TEXT) {
      // Two programs at once are much to hold.
      this.#resident = undefined;
      globalThis.gc?.();
      return undefined;
    }
    const isCurrent = [...this.#resident.files].every(([path, seen]) => this.#files.versionOnDisk(path) === seen);
    return isCurrent ? this.#resident : undefined;
  }

  #make(augments: boolean): Resident {
    this.#service ??= ts.createLanguageService(this.#files.host, documents);
    const program = this.#service.getProgram();
    if (!program) throw new Error("TypeScript has no program");
    const resident = new ResidentProgram(program);
    const onDisk = resident.files.filter((path) => this.#files.textOf(path) === undefined);
    const files = new Map(onDisk.map((path) => [path, this.#files.versionOnDisk(path)]));
    return { service: this.#service, program: resident, files, augments };
  }
}
