import * as m from "../../../../src/lib/metrics/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { type Results, unknownCase } from "../results.js";

/** Measures of agreement, of rankings and of clusterings. */
export function metrics(fixture: FixtureCase): Results {
  const compute = KINDS[fixture.name.split("_")[0]!];
  return compute ? compute(fixture) : unknownCase(fixture);
}

const KINDS: Record<string, (fixture: FixtureCase) => Results> = {
  clusterings,
  ranking,
  reconstruction,
  silhouette,
};

function clusterings(fixture: FixtureCase): Results {
  const cases = Object.entries(fixture.inputValue<Record<string, { a: number[]; b: number[] }>>("cases"));
  const each = (measure: (a: number[], b: number[]) => number) =>
    Object.fromEntries(cases.map(([name, { a, b }]) => [name, measure(a, b)]));
  return {
    ari: each(m.adjustedRandIndex),
    rand: each(m.randIndex),
    nmi: each((a, b) => m.normalizedMutualInformation(a, b)),
    ami: each((a, b) => m.adjustedMutualInformation(a, b)),
    mutual_info_nats: each(m.mutualInformation),
    homogeneity: each(m.homogeneity),
    completeness: each(m.completeness),
    v_measure: each((a, b) => m.normalizedMutualInformation(a, b)),
    fowlkes_mallows: each(m.fowlkesMallows),
    nmi_geometric: each((a, b) => m.normalizedMutualInformation(a, b, "geometric")),
    nmi_max: each((a, b) => m.normalizedMutualInformation(a, b, "max")),
  };
}

function ranking(fixture: FixtureCase): Results {
  const truth = Uint8Array.from(fixture.input("y"));
  const score = fixture.input("score");
  const curve = m.precisionRecallCurve(truth, score);
  const roc = m.rocCurve(truth, score);
  const threshold = fixture.parameters["threshold"] as number;
  const counts = m.confusion(truth, score, threshold);
  const scores = m.classificationScores(counts);
  return {
    average_precision: m.averagePrecision(truth, score),
    roc_auc: m.rocAuc(truth, score),
    pr_auc_trapezoid: m.areaBelow(curve.recall, curve.precision),
    pr_precision: curve.precision,
    pr_recall: curve.recall,
    pr_thresholds: curve.thresholds,
    roc_fpr: roc.falsePositiveRate,
    roc_tpr: roc.truePositiveRate,
    f1: m.f1Score(truth, score, threshold),
    precision: scores.precision,
    recall: scores.recall,
    accuracy: scores.accuracy,
    mcc: scores.mcc,
    balanced_accuracy: scores.balancedAccuracy,
    jaccard: scores.jaccard,
    confusion_tn_fp_fn_tp: Object.values(counts),
  };
}

function reconstruction(fixture: FixtureCase): Results {
  const genes = fixture.shape("log_matrix")[1];
  const all = fixture.input("log_matrix") as Float64Array;
  const restored = fixture.input("restored") as Float64Array;
  const rows = Array.from(fixture.input("rows"));
  const truth = Float64Array.from(rows.flatMap((row) => [...all.subarray(row * genes, (row + 1) * genes)]));
  return {
    mse: m.mse(truth, restored),
    rmse: m.rmse(truth, restored),
    mae: m.mae(truth, restored),
    mse_per_cell: m.byCell(m.mse, truth, restored, genes),
    mse_per_gene: m.byGene(m.mse, truth, restored, genes),
    pearson_all: m.pearson(truth, restored),
    spearman_all: m.spearman(truth, restored),
    pearson_per_cell: m.byCell(m.pearson, truth, restored, genes),
    spearman_per_cell: m.byCell(m.spearman, truth, restored, genes),
    pearson_per_gene: m.byGene(m.pearson, truth, restored, genes),
    spearman_per_gene: m.byGene(m.spearman, truth, restored, genes),
  };
}

function silhouette(fixture: FixtureCase): Results {
  const points = fixture.input("X") as Float64Array;
  const dimensions = fixture.shape("X")[1];
  const labels = fixture.inputValue<string[]>("labels");
  const metric = fixture.parameters["metric"] as "euclidean" | "cosine";
  return {
    silhouette_samples: m.silhouetteSamples(points, dimensions, labels, metric),
    silhouette_score: m.silhouette(points, dimensions, labels, { metric }),
  };
}
