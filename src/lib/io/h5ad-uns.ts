import { FileError } from "./file-error.js";
import { columnNumbers, compoundColumns, readColumn, readFrame, texts } from "./h5ad-frame.js";
import { readDense, readSparse } from "./h5ad-matrix.js";
import { type H5adSource, unknownEncoding } from "./h5ad-source.js";
import { attribute, type Entity, type Group, isDataset, isGroup, readNumbers } from "./hdf5.js";

/** Whatever `uns` holds, as plain values; undefined for what is not known. */
export function readUns(source: H5adSource, entity: Entity, element: string): unknown {
  try {
    return isGroup(entity) ? readUnsGroup(source, entity, element) : readUnsDataset(source, entity, element);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    source.notice(`${source.path}: ${element} was left out: it has an encoding that is not known here`);
    return undefined;
  }
}

function readUnsGroup(source: H5adSource, group: Group, element: string): unknown {
  const encoding = attribute(group, "encoding-type") ?? attribute(group, "h5sparse_format");
  switch (encoding) {
    case "dataframe":
      return readFrame(source, group, element);
    case "csr_matrix":
    case "csc_matrix":
    case "csr":
    case "csc":
      return readSparse(source, group, element);
    case "categorical":
    case "nullable-integer":
    case "nullable-boolean":
    case "nullable-string-array":
      return readColumn(source, group, element);
    case undefined:
    case "dict": {
      const record: Record<string, unknown> = {};
      for (const name of group.names()) {
        const value = readUns(source, group.get(name)!, `${element}/${name}`);
        if (value !== undefined) record[name] = value;
      }
      return record;
    }
    default:
      throw unknownEncoding(source, group, element);
  }
}

function readUnsDataset(source: H5adSource, entity: Entity, element: string): unknown {
  if (!isDataset(entity)) throw unknownEncoding(source, entity, element);
  if (attribute(entity, "encoding-type") === "null" || entity.shape === null) return null;
  const type = entity.holds;
  const isScalar = entity.shape.length === 0;
  if (type === "strings") return isScalar ? texts(source, entity, element)[0] : texts(source, entity, element);
  if (type === "booleans") {
    const values = Array.from(readNumbers(source.path, entity), Boolean);
    return isScalar ? values[0] : values;
  }
  if (type === "compound") return Object.fromEntries(compoundColumns(source, entity, element));
  if (type !== "numbers") throw unknownEncoding(source, entity, element);
  if (isScalar) return readNumbers(source.path, entity)[0];
  return entity.shape.length === 2
    ? readDense(source, entity, element)
    : columnNumbers(readNumbers(source.path, entity));
}
