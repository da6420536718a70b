/**
 * A file that cannot be read or written; the message names the file, the place in it, what is wrong and what to do.
 * @example
 * const adata = await io.readH5ad("pbmc.h5ad").catch((error: unknown) => {
 *   if (error instanceof io.FileError) console.warn(error.path, error.advice);
 *   throw error;
 * });
 */
export class FileError extends Error {
  override readonly name = "FileError";
  /** The file or folder. */
  readonly path: string;
  /** Where in the file: an HDF5 path ("obs/cell_type"), a line ("line 4"), or "" for the whole file. */
  readonly element: string;
  /** What the user can do next. */
  readonly advice: string;

  constructor(path: string, element: string, problem: string, advice: string, options?: ErrorOptions) {
    super(`${path}: ${element ? `${element}: ` : ""}${problem}. ${advice}`, options);
    this.path = path;
    this.element = element;
    this.advice = advice;
  }
}

/** How a reader tells what is odd but no reason to stop (duplicate names, a part left out). */
export type Notice = (message: string) => void;

/** The default {@link Notice}: Node's own warning, once for each message; it shows on stderr and in notebooks. */
export function warn(message: string): void {
  process.emitWarning(message, "FileWarning");
}
