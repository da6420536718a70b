import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../src/lib/anndata/index.js";
import {
  calledMarkers,
  falseMarkerRate,
  setsPreserved,
  topGenes,
} from "../../src/lib/repair/scores/differential-genes.js";
import { markerRecovery, sortGene } from "../../src/lib/repair/scores/marker-recovery.js";
import { eachOnce, scoredTypes } from "../../src/lib/repair/scores/scored-types.js";
import {
  componentSpace,
  distances,
  ownComponents,
  project,
  separation,
} from "../../src/lib/repair/scores/separation.js";
import { centred, welchScores } from "../../src/lib/repair/scores/welch.js";
import { expectClose } from "../helpers/compare.js";
import { numbers, readJson } from "./read-json.js";

interface Reference {
  shape: [number, number];
  components: number;
  top: number;
  labels: number[];
  times: number[];
  train: number[];
  clean: number[];
  repaired: number[];
  separation: number;
  separation_fixed: number;
  separation_drawn: number;
  welch: (number | null)[];
  welch_drawn: (number | null)[];
  deg: number;
  spearman: number;
  spearman_drawn: number;
  false_marker_rate: number;
}

const reference = readJson<Reference>("repair-scores.json");
const [cells, genes] = reference.shape;
const matrix = (values: number[]) => new DenseMatrix([values.length / genes, genes], Float32Array.from(values));
const [train, clean, repaired] = [reference.train, reference.clean, reference.repaired].map(matrix) as [
  DenseMatrix,
  DenseMatrix,
  DenseMatrix,
];
const scored = scoredTypes(reference.labels.map(String));
const once = eachOnce(scored);
const times = Uint16Array.from(reference.times);

/** Distances are kept in float32. */
const FLOAT32 = 4;

describe("scores of repaired cells as scikit-learn and scipy", () => {
  it("leave out the cells of a type with four cells", () => {
    expect(scored.types).toEqual(["0", "1", "2"]);
    expect(once.reduce((sum, count) => sum + count, 0)).toBe(cells - 4);
  });

  it("separation, on the cells' own components and on those of training cells", () => {
    const own = distances(ownComponents(repaired, reference.components));
    expect(separation(own, scored, once)).toBeCloseTo(reference.separation, FLOAT32);
    expect(separation(own, scored, times)).toBeCloseTo(reference.separation_drawn, FLOAT32);
    const fixed = distances(project(repaired, componentSpace(train, reference.components)));
    expect(separation(fixed, scored, once)).toBeCloseTo(reference.separation_fixed, FLOAT32);
  });

  it("Welch's t, a constant gene being 0", () => {
    const statistics = (values: (number | null)[]) => numbers(values).map((t) => (Number.isNaN(t) ? 0 : t));
    const exact = { relative: 1e-9, absolute: 1e-9 };
    expectClose(welchScores(centred(repaired), scored, once), statistics(reference.welch), exact);
    expectClose(welchScores(centred(repaired), scored, times), statistics(reference.welch_drawn), exact);
  });

  it("preserved sets of differentially expressed genes", () => {
    const top = (values: DenseMatrix) => topGenes(welchScores(centred(values), scored, once), genes, reference.top);
    expect(setsPreserved(top(clean), top(repaired)).f1).toBeCloseTo(reference.deg, 9);
  });

  it("recovery of markers, a constant gene having none", () => {
    const sorted = (values: DenseMatrix) => Array.from({ length: genes }, (_, gene) => sortGene(values, gene));
    const all = new Uint16Array(cells).fill(1);
    expect(markerRecovery(sorted(clean), sorted(repaired), all)).toBeCloseTo(reference.spearman, 9);
    expect(markerRecovery(sorted(clean), sorted(repaired), times)).toBeCloseTo(reference.spearman_drawn, 9);
  });

  it("the false marker rate", () => {
    const [truth, called] = [calledMarkers(clean, scored), calledMarkers(repaired, scored)];
    expect(falseMarkerRate(truth, called)).toBeCloseTo(reference.false_marker_rate, 9);
    expect(falseMarkerRate(truth, truth)).toBe(0);
  });
});
