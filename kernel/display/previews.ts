import { types } from "node:util";
import type { MimeBundle } from "../protocol/messages.js";
import { arqueroTableBundle, isArqueroTable } from "./arquero-table.js";
import { arrowTableBundle, arrowVectorBundle, isArrowTable, isArrowVector } from "./arrow.js";
import { dataFrameBundle, isDataFrame } from "./data-frame.js";
import { frameBundle, isFrame } from "./frame.js";
import { pictureOf } from "./picture.js";
import { isTensor, tensorBundle } from "./tensor.js";
import { isLongNumberArray, numberArrayBundle } from "./typed-array.js";
import { isVegaSpec, vegaBundle } from "./vega-spec.js";

/**
 * The representations of a value that libraries are known for, found by its shape so that the libraries themselves are not
 * needed; undefined for any other value. A Proxy is never asked: its traps may do anything.
 */
export function previewOf(value: object): MimeBundle | undefined {
  if (types.isProxy(value)) return undefined;
  if (isVegaSpec(value)) return vegaBundle(value);
  if (isDataFrame(value)) return dataFrameBundle(value);
  if (isFrame(value)) return frameBundle(value);
  if (isArqueroTable(value)) return arqueroTableBundle(value);
  if (isArrowTable(value)) return arrowTableBundle(value);
  if (isArrowVector(value)) return arrowVectorBundle(value);
  if (isTensor(value)) return tensorBundle(value);
  return pictureOf(value) ?? (isLongNumberArray(value) ? numberArrayBundle(value) : undefined);
}
