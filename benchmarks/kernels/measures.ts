import { median, quantile } from "simple-statistics";
import type { Measurement } from "../harness.js";

/** Samples of a kernel by the names that life.py gives them. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** What is made of the samples of a kernel. */
export interface Measure {
  readonly name: string;
  readonly unit: Measurement["unit"];
  /** Undefined when the kernel has no samples of it. */
  of(samples: Samples): number | undefined;
}

const measure = (
  name: string,
  unit: Measure["unit"],
  key: string,
  summary: (samples: number[]) => number = median,
): Measure => ({
  name,
  unit,
  of(samples) {
    const values = samples[key];
    return values === undefined || values.length === 0 ? undefined : summary([...values]);
  },
});

const p95 = (samples: number[]): number => quantile(samples, 0.95);

/** What is told of each kernel; a round trip lasts until both the reply and the idle are there. */
export const MEASURES: readonly Measure[] = [
  measure("start to kernel_info", "ms", "kernel_info"),
  measure("start to first result", "ms", "first_result"),
  measure("1+1", "ms", "one_plus_one"),
  measure("1+1, p95", "ms", "one_plus_one", p95),
  measure("typed cell of 50 lines", "ms", "typed_cell"),
  measure("typed cell of 50 lines, p95", "ms", "typed_cell", p95),
  measure("completion", "ms", "complete"),
  measure("inspect", "ms", "inspect"),
  measure("lines per second of 30,000", "lines/s", "rate_30000"),
  measure("lines per second of 100,000", "lines/s", "rate_100000"),
  measure("lines lost of 30,000", "lines", "lost_30000"),
  measure("lines lost of 100,000", "lines", "lost_100000"),
  measure("memory after start (PSS)", "MB", "pss_after_start"),
  measure("memory at the end (PSS)", "MB", "pss_at_end"),
  measure("memory after start (RSS)", "MB", "rss_after_start"),
  measure("memory at the end (RSS)", "MB", "rss_at_end"),
];
