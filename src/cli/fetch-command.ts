import type { DataSetName, DownloadProgress } from "../lib/datasets/index.js";
import type { Terminal } from "./terminal.js";

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** A line on how far a download is, rewritten on a terminal; elsewhere one line a tenth of the way. */
export const downloadProgress = (name: string, terminal: Terminal): ((progress: DownloadProgress) => void) => {
  let tenth = -1;
  return ({ received, total }) => {
    const share = total ? received / total : 0;
    const line = `${name}: ${mebibytes(received)}${total ? ` of ${mebibytes(total)}` : ""} MiB`;
    if (terminal.isTTY) terminal.write(`\r\u001b[2K${line}${total === received ? "\n" : ""}`);
    else if (Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10);
      terminal.write(`${line}\n`);
    }
  };
};

/** `diffrepairer fetch [set]`: puts one data set, or all of them, into the cache and says where. */
export const fetchCommand = async (set: string | undefined, terminal: Terminal): Promise<void> => {
  const { fetch, REGISTRY } = await import("../lib/datasets/index.js");
  const names = set === undefined ? Object.keys(REGISTRY) : [set];
  for (const name of names) {
    const path = await fetch(name as DataSetName, {
      onProgress: downloadProgress(name, terminal),
      onNotice: (notice) => terminal.write(`${notice}\n`),
    });
    terminal.write(`${name}: ${path}\n`);
  }
};
