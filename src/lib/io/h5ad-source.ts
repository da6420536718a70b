import { FileError, type Notice } from "./file-error.js";
import { attribute, type Entity } from "./hdf5.js";

/** What every element reader knows of the file it reads. */
export interface H5adSource {
  path: string;
  nonFinite: "error" | "keep";
  notice: Notice;
}

/** Runs what checks data; a RangeError of it becomes an error of the file. */
export function damaged<T>(source: H5adSource, element: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new FileError(source.path, element, cause.message, "The file is damaged: fetch or write it again", { cause });
  }
}

/** The error for an element of a kind this reader does not know. */
export function unknownEncoding(source: H5adSource, entity: Entity, element: string): FileError {
  const encoding = attribute(entity, "encoding-type");
  return new FileError(
    source.path,
    element,
    `has an encoding that is not known here (${encoding === undefined ? "none given" : String(encoding)})`,
    "Known are array, csr_matrix, csc_matrix, dataframe, categorical, strings and nullable columns",
  );
}
