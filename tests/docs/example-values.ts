import type { Figure, MethodMetrics, TissueData, VolcanoData } from "../../figures/index.js";
import {
  type AnnData,
  categorical,
  datasets,
  degrade,
  type DenseMatrix,
  Frame,
  type io,
  pp,
  repair,
  tl,
} from "../../src/lib/index.js";
import { DAMAGE, simulatedPairs } from "../lib/validate/simulated-pairs.js";

const GENES = ["CD79A", "MS4A1", "CD3D", "CD3E", "IL7R"];

/** Simulated counts whose genes and columns have the names that examples speak of. */
const simulated = (): AnnData => {
  const adata = datasets.simulate({ cells: 60, genes: 700, groups: [0.5, 0.5], deProbability: 0.2, seed: 1 });
  const names = (...of: string[]) => categorical(Array.from({ length: adata.nObs }, (_, i) => of[i % of.length]!));
  const { var: features, X, obs } = adata;
  const others = datasets.geneTable("human").symbol.filter((name) => name && !GENES.includes(name));
  adata.var = new Frame(
    adata.varNames.map((_, j) => GENES[j] ?? others[j]!),
    { length: features.numbers("length"), gc: features.numbers("gc") },
  );
  obs.set("cell_type", names("B cells", "T cells")).set("leiden", names("0", "1"));
  obs.set("donor", names("d1", "d2")).set("sample", names("s1", "s1", "s2"));
  obs.set("total_counts", X.rowSums()).set("pct_counts_mt", X.rowSums().map(Math.sqrt));
  return adata;
};

let prepared: AnnData | undefined;
const cells = (): AnnData => (prepared ??= simulated()).copy();

const range = (adata: AnnData, from: number, to: number): AnnData =>
  adata.select({ obs: Array.from({ length: to - from }, (_, i) => from + i) });

/** For an example whose types alone are checked. */
const onlyTyped = <Value>(): Value => undefined as Value;

const ofDegrade = () => {
  const clean = cells();
  const degraded = degrade.counts(clean, { severity: "mild", seed: 1 });
  const fixed = degrade.bulk(clean, { seed: 1 });
  return { clean, degraded, good: clean, simulated: degraded, samples: clean, frozen: clean, fixed };
};

const ofMetrics = () => {
  const truth = Float64Array.from({ length: 4000 }, (_, i) => Math.sin(i * i));
  const restored = truth.map((value, i) => value + Math.cos(i));
  const labels = Uint8Array.from([1, 0, 1, 0]);
  const scores = [0.9, 0.2, 0.8, 0.4];
  const points = { X: { data: truth }, umap: { data: truth.slice(0, 160) } };
  const markers = { meansOfTruth: truth, meansOfRestored: restored };
  return { truth, restored, validation: labels, scores, test: labels, testScores: scores, ...points, ...markers };
};

const ofRepair = () => {
  const sample = cells();
  const task = repair.prepare(sample, { nTopGenes: 50, by: null });
  const adata = pp.log1p(pp.normalizeTotal(cells()));
  const clean = range(adata, 0, 40);
  const validation = range(adata, 40, 60);
  const ofTraining = { model: onlyTyped<repair.NetworkModel>(), cleanValidation: onlyTyped<DenseMatrix>() };
  return { task, sample, markers: adata.varNames.slice(0, 30), clean, validation, ...ofTraining };
};

/** Every step done that a verb asks for. */
const ofTl = () => {
  const adata = tl.diffmap(pp.neighbors(pp.pca(pp.log1p(pp.normalizeTotal(cells())))));
  return { adata: tl.rankGenesGroups(adata, { groupby: "cell_type" }) };
};

const ofFigures = () => {
  const data = { x: [0, 1], y: [1, 0], labels: ["B", "T"], names: ["cell1", "cell2"] };
  const mse = { value: 0.7, low: 0.6, high: 0.8 };
  const methods: MethodMetrics[] = [{ method: "ridge", mse }];
  const cells = { ...data, panel: ["degraded", "repaired"] };
  const tissue: TissueData = { methods, cells, genes: [{ label: "repaired", clean: [0, 1], compared: [0, 0.8] }] };
  const typed = { test: onlyTyped<VolcanoData>(), figure: onlyTyped<Figure>() };
  return { data, cells: data, methods, tissue, ...typed };
};

const ofValidate = () => ({
  pairs: simulatedPairs(DAMAGE, 10, 120),
  cells: cells(),
  task: onlyTyped<repair.RepairTask>(),
});

/** What examples call by name without making it, by folder; fresh ones for each example, since verbs change what they are given. */
export const VALUES = {
  anndata: () => ({ adata: cells(), patient1: cells(), patient2: cells() }),
  datasets: () => ({ adata: cells(), real: cells(), made: cells() }),
  degrade: () => ({ adata: cells(), ...ofDegrade() }),
  figures: ofFigures,
  io: () => ({ adata: cells(), total: 0 as number, file: onlyTyped<Awaited<ReturnType<typeof io.openH5ad>>>() }),
  metrics: ofMetrics,
  pp: () => ({ adata: cells(), bulk: cells() }),
  repair: ofRepair,
  tl: ofTl,
  validate: ofValidate,
};
