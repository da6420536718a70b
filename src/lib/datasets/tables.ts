import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { packageRoot } from "./cache.js";

/** Rows of a table that is shipped with the package, without its header: one array of fields a row. */
export function readTable(name: string): string[][] {
  const path = join(packageRoot(), "src", "lib", "datasets", "tables", `${name}.tsv.gz`);
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  return lines.slice(1).map((line) => line.split("\t"));
}
