import { shortNumber } from "../display/number.js";
import { checkOptions } from "./options.js";
import type { Progress } from "./progress.js";

/** What long work tells of itself: a training its steps and epochs, a download its bytes. What is not told is left out. */
export interface ProgressReport {
  /** What reports; when another does, it gets a bar of its own. */
  readonly method?: string;
  readonly step?: number;
  readonly steps?: number;
  readonly epoch?: number;
  readonly epochs?: number;
  readonly loss?: number;
  readonly validationLoss?: number;
  /** Bytes. */
  readonly received?: number;
  readonly total?: number;
}

/** Makes a function that shows reports as a bar, which appears with the first: `onProgress: display.progress.reporter()`. */
export type ReporterMaker = (options?: { readonly label?: string }) => (report: ProgressReport) => void;

const MEGABYTE = 1e6;

/** Makes `display.progress.reporter`. @param start - shows a bar. */
export function createReporter(start: (total: number | undefined, label: string) => Progress): ReporterMaker {
  return (options = {}) => {
    checkOptions("display.progress.reporter", options, ["label"]);
    let bar: Progress | undefined;
    let method: string | undefined;
    let validation = "";
    return (report) => {
      if (bar && report.method !== method) {
        // It has stopped before its last step.
        bar.total = bar.value;
        bar = undefined;
      }
      method = report.method;
      if (bar === undefined) validation = "";
      if (report.validationLoss !== undefined) validation = `, validation ${shortLoss(report.validationLoss)}`;
      const label = [options.label, method, describe(report) + validation].filter(Boolean).join(" · ");
      const { done, total } = stepsOf(report);
      bar ??= start(total, label);
      bar.label = label;
      bar.total = total;
      bar.value = done;
    };
  };
}

function stepsOf({ step, steps, received, total }: ProgressReport): { done: number; total: number | undefined } {
  if (received !== undefined) return { done: received / MEGABYTE, total: total && total / MEGABYTE };
  return { done: step ?? 0, total: steps };
}

function describe({ epoch, epochs, loss, received }: ProgressReport): string {
  if (received !== undefined) return "MB";
  const parts = epoch === undefined ? [] : [`epoch ${epoch}${epochs === undefined ? "" : `/${epochs}`}`];
  if (loss !== undefined) parts.push(`loss ${shortLoss(loss)}`);
  return parts.join(", ");
}

const shortLoss = (loss: number): string => shortNumber(Number(loss.toPrecision(3)));
