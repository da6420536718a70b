import { createRequire } from "node:module";
import { backend } from "../engine/backend.js";

/** A danfojs-node data frame: what tables of results need of it. Its other methods are there too. */
export interface DanfoFrame {
  readonly columns: string[];
  readonly values: unknown[][];
  readonly shape: [number, number];
  sortValues(column: string, options?: { ascending?: boolean }): DanfoFrame;
  loc(selection: { rows?: readonly (string | number)[]; columns?: readonly string[] }): DanfoFrame;
  head(rows?: number): DanfoFrame;
}

/** The part of danfojs-node that is used here. */
export interface Danfo {
  readonly DataFrame: new (rows: unknown[][], options: { columns: string[] }) => DanfoFrame;
}

/** danfojs-node, loaded at first use on the engine already chosen. */
export async function danfo(): Promise<Danfo> {
  const { tf } = await backend();
  const require = createRequire(import.meta.url);
  let path: string;
  try {
    path = require.resolve("danfojs-node");
  } catch {
    throw new Error('danfojs-node is not installed; run "npm install danfojs-node" for data frames.');
  }
  const danfoRequire = createRequire(path);
  try {
    const tfjsNode = danfoRequire.resolve("@tensorflow/tfjs-node");
    // danfojs-node requires @tensorflow/tfjs-node by name. Where another engine was chosen, that would load a second
    // TensorFlow, or fail for want of its native library; the engine in use has everything danfojs needs.
    require.cache[tfjsNode] ??= Object.assign(Object.create(null) as NodeJS.Module, {
      ...{ id: tfjsNode, filename: tfjsNode, loaded: true, exports: tf, children: [], paths: [] },
    });
  } catch {
    throw new Error(
      'danfojs-node needs @tensorflow/tfjs-node in node_modules; run "npm install @tensorflow/tfjs-node".',
    );
  }
  return danfoRequire(path) as Danfo;
}
