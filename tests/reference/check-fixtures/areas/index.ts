import type { Area } from "../results.js";
import { cluster } from "./cluster.js";
import { cqn } from "./cqn.js";
import { degradation } from "./degradation.js";
import { embed } from "./embed.js";
import { hvg } from "./hvg.js";
import { io } from "./io.js";
import { layers } from "./layers.js";
import { magic } from "./magic.js";
import { metrics } from "./metrics.js";
import { neighbors } from "./neighbors.js";
import { normalize } from "./normalize.js";
import { pca } from "./pca.js";
import { qc } from "./qc.js";
import { rankGenesGroups } from "./rank-genes-groups.js";
import { stats } from "./stats.js";

/** The areas of fixtures that the library can compute. */
export const AREAS: Readonly<Record<string, Area>> = {
  cluster,
  cqn,
  degradation,
  embed,
  hvg,
  io,
  layers,
  magic,
  metrics,
  neighbors,
  normalize,
  pca,
  qc,
  rank_genes_groups: rankGenesGroups,
  stats,
};
