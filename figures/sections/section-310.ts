import { compose } from "../compose.js";
import type { Figure } from "../figure.js";
import { responseCurves, type ResponseCurvesOptions, type ResponsePoint } from "../response-curves.js";

/** Data of {@link section310}. */
export interface Section310Data {
  /** Measures by severity. */
  severity: readonly ResponsePoint[];
  /** Measures by each hyper-parameter; `title` is its name with its unit. */
  hyperparameters: readonly ({ points: readonly ResponsePoint[] } & Pick<ResponseCurvesOptions, "log"> & {
      title: string;
    })[];
}

/**
 * §3.10, robustness: measures by severity and by hyper-parameter, with their spread over seeds.
 * @throws {RangeError} as `responseCurves`
 * @example
 * const points = [0, 1].map((seed) => ({ metric: "MSE (z²)", method: "dae", at: 0.5, seed, value: 0.4 + 0.01 * seed }));
 * section310({ severity: points, hyperparameters: [{ title: "Dropout (share of units)", points }] });
 */
export const section310 = ({ severity, hyperparameters }: Section310Data): Figure =>
  compose("section-310-robustness", "Robustness to severity and hyper-parameters.", [
    { heading: "Severity", figure: responseCurves(severity) },
    ...hyperparameters.map(({ title, log, points }) => ({
      heading: title,
      figure: responseCurves(points, { title, ...(log !== undefined && { log }) }),
    })),
  ]);
