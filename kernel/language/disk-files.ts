import ts from "typescript";

interface DiskFile {
  version: string;
  /** When the version was read. */
  seen: number;
  snapshot?: ts.IScriptSnapshot;
}

/** Files of installed packages change seldom, and a program may have a thousand of them: they are looked at this often. */
const INSTALLED_MS = 5_000;

/** The files of a program that lie on disk, each read again only when it has changed. */
export class DiskFiles {
  readonly #files = new Map<string, DiskFile>();

  /** Tells a file's state from its states before. */
  version(path: string): string {
    return this.#file(path).version;
  }

  /** The file's text; undefined when there is none. */
  snapshot(path: string): ts.IScriptSnapshot | undefined {
    const file = this.#file(path);
    if (file.snapshot) return file.snapshot;
    const text = ts.sys.readFile(path);
    return text === undefined ? undefined : (file.snapshot = ts.ScriptSnapshot.fromString(text));
  }

  #file(path: string): DiskFile {
    const before = this.#files.get(path);
    const now = performance.now();
    if (before && now - before.seen < (path.includes("/node_modules/") ? INSTALLED_MS : 0)) return before;
    const version = String(ts.sys.getModifiedTime?.(path)?.getTime() ?? "none");
    const file = before?.version === version ? before : { version, seen: now };
    file.seen = now;
    this.#files.set(path, file);
    return file;
  }
}
