import type { AnnData } from "../anndata/anndata.js";
import { geneLengths } from "../degrade/gene-numbers.js";
import { relativeLogLength } from "../degrade/length-bias.js";
import { dense } from "./training-data.js";

/** Degraded values up to this are counted in bins, where noise shows; above it a gene counts as detected. */
const EDGES = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6] as const;
const DETECTED = 0.4;
/** Genes are grouped by how many clean cells express them, and by length. */
const RATES = [0.1, 0.5] as const;
const LENGTH_GROUPS = 5;

const BINS = EDGES.length;
const RATE_GROUPS = RATES.length + 1;

/** Number of features of a cell. */
export const SEVERITY_FEATURES = RATE_GROUPS * BINS + 2 * LENGTH_GROUPS + 2;

/** What the features need to know of the genes. */
export interface SeverityGenes {
  /** Share of clean cells that express the gene. */
  readonly rate: Float32Array;
  /** Mean over the clean cells that express it, log1p. */
  readonly level: Float32Array;
  /** Log length scaled to 0..1. */
  readonly length: Float32Array;
}

/** Reads {@link SeverityGenes} from clean cells. */
export function severityGenes(clean: AnnData): SeverityGenes {
  const { data, shape } = dense(clean);
  const [cells, genes] = shape;
  const rate = new Float32Array(genes);
  const level = new Float32Array(genes);
  for (let at = 0; at < data.length; at++) {
    const j = at % genes;
    if (data[at]! > 0) rate[j]!++;
    level[j]! += data[at]!;
  }
  for (let j = 0; j < genes; j++) {
    level[j]! /= Math.max(1, rate[j]!);
    rate[j]! /= cells;
  }
  return { rate, level, length: Float32Array.from(relativeLogLength(geneLengths(clean))) };
}

/**
 * What a cell's degraded values show of its severities: how small values are distributed among rarely and often expressed
 * genes (noise), which share of the expected detections and signal is there by length (loss, 3′ bias), and level and slope
 * against length of the detected values.
 *
 * @returns cells × {@link SEVERITY_FEATURES}, row-major.
 */
export function severityFeatures(cells: AnnData, { rate, level, length }: SeverityGenes): Float32Array {
  const { data, shape } = dense(cells);
  const [count, genes] = shape;
  const rateGroup = Uint8Array.from(rate, (value) => RATES.filter((limit) => value >= limit).length);
  const lengthGroup = groupsOfEqualSize(length, LENGTH_GROUPS);
  const inRateGroup = new Float32Array(RATE_GROUPS);
  const expectedDetections = new Float32Array(LENGTH_GROUPS);
  const expectedSignal = new Float32Array(LENGTH_GROUPS);
  for (let j = 0; j < genes; j++) {
    inRateGroup[rateGroup[j]!]!++;
    expectedDetections[lengthGroup[j]!]! += rate[j]!;
    expectedSignal[lengthGroup[j]!]! += rate[j]! * level[j]!;
  }
  const features = new Float32Array(count * SEVERITY_FEATURES);
  for (let i = 0; i < count; i++) {
    const own = features.subarray(i * SEVERITY_FEATURES, (i + 1) * SEVERITY_FEATURES);
    const detections = own.subarray(RATE_GROUPS * BINS, RATE_GROUPS * BINS + LENGTH_GROUPS);
    const signal = own.subarray(RATE_GROUPS * BINS + LENGTH_GROUPS, RATE_GROUPS * BINS + 2 * LENGTH_GROUPS);
    let [n, x, y, xx, xy] = [0, 0, 0, 0, 0];
    for (let j = 0, at = i * genes; j < genes; j++, at++) {
      const value = data[at]!;
      const bin = binOf(value);
      if (bin < BINS) own[rateGroup[j]! * BINS + bin]!++;
      if (value <= DETECTED) continue;
      detections[lengthGroup[j]!]!++;
      signal[lengthGroup[j]!]! += value;
      const above = value - level[j]!;
      n++;
      x += length[j]!;
      y += above;
      xx += length[j]! ** 2;
      xy += length[j]! * above;
    }
    for (let k = 0; k < RATE_GROUPS * BINS; k++) own[k]! /= Math.max(1, inRateGroup[Math.floor(k / BINS)]!);
    for (let k = 0; k < LENGTH_GROUPS; k++) {
      detections[k]! /= Math.max(1, expectedDetections[k]!);
      signal[k]! /= Math.max(1, expectedSignal[k]!);
    }
    const spread = n * xx - x * x;
    own[SEVERITY_FEATURES - 2] = n > 0 ? y / n : 0;
    own[SEVERITY_FEATURES - 1] = spread > 0 ? (n * xy - x * y) / spread : 0;
  }
  return features;
}

/** 0 for zero, k for a value in the k-th interval, and BINS for one above all. */
function binOf(value: number): number {
  let bin = 0;
  while (bin < BINS && value > EDGES[bin]!) bin++;
  return bin;
}

function groupsOfEqualSize(values: Float32Array, groups: number): Uint8Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  const group = new Uint8Array(values.length);
  order.forEach((j, rank) => (group[j] = Math.floor((rank * groups) / values.length)));
  return group;
}
