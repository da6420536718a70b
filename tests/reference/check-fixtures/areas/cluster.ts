import { type CsrMatrix, metrics, pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { graphInput } from "../graph-input.js";
import { float32, type Results } from "../results.js";

const SEEDS = [0, 1, 2];

/** Leiden partitions by their properties, for several seeds. */
export function cluster(fixture: FixtureCase): Results[] {
  const resolution = fixture.parameters["resolution"] as number;
  const graph = graphInput(fixture);
  const references = fixture.input("reference_partitions");
  const [runs, n] = fixture.shape("reference_partitions");
  const partitions = Array.from({ length: runs }, (_, run) => references.subarray(run * n, (run + 1) * n));
  const modularity = float32(partitions.map((partition) => metrics.modularity(graph, partition, resolution)));
  return SEEDS.map((seed) => {
    const labels = pp.leidenPartition(graph, { resolution, seed });
    if (connectedParts(graph, labels) !== new Set(labels).size) throw new Error("a community is not connected");
    return {
      modularity,
      min_modularity: metrics.modularity(graph, labels, resolution),
      min_ari: Math.max(...partitions.map((partition) => metrics.adjustedRandIndex(labels, partition))),
    };
  });
}

/** Number of connected parts when only edges inside communities count. */
function connectedParts(graph: CsrMatrix, labels: Int32Array): number {
  const seen = new Uint8Array(labels.length);
  let parts = 0;
  for (let start = 0; start < labels.length; start++) {
    if (seen[start]) continue;
    parts++;
    seen[start] = 1;
    for (const stack = [start]; stack.length > 0;) {
      const node = stack.pop()!;
      for (let at = graph.indptr[node]!; at < graph.indptr[node + 1]!; at++) {
        const other = graph.indices[at]!;
        if (seen[other] || labels[other] !== labels[node]) continue;
        seen[other] = 1;
        stack.push(other);
      }
    }
  }
  return parts;
}
