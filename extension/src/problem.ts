type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const MARKS = [
  ...["arc", "area", "bar", "boxplot", "circle", "errorband", "errorbar", "geoshape", "image", "line", "point"],
  ...["rect", "rule", "square", "text", "tick", "trail"],
];

const COMPOSED = ["layer", "concat", "hconcat", "vconcat"];

/** What is wrong with a Vega-Lite spec, and where; undefined if nothing of it is known. Vega-Lite's own errors name no place. */
export const vegaLiteProblem = (spec: unknown, path = "spec"): string | undefined => {
  if (!isRecord(spec))
    return `${path} must be an object, not ${spec === null ? "null" : Array.isArray(spec) ? "an array" : typeof spec}`;
  for (const kind of COMPOSED) {
    if (!(kind in spec)) continue;
    const views = spec[kind];
    if (!Array.isArray(views)) return `${path}.${kind} must be an array of views`;
    for (const [i, view] of views.entries()) {
      const problem = vegaLiteProblem(view, `${path}.${kind}[${i}]`);
      if (problem) return problem;
    }
    return undefined;
  }
  if ("facet" in spec || "repeat" in spec) {
    return "spec" in spec
      ? vegaLiteProblem(spec.spec, `${path}.spec`)
      : `${path} has no "spec": what it repeats is missing`;
  }
  return unitProblem(spec, path);
};

const unitProblem = (spec: Json, path: string): string | undefined => {
  if (!("mark" in spec)) return `${path} has no "mark"; it needs one, or one of ${COMPOSED.join(", ")}, facet, repeat`;
  const mark = isRecord(spec.mark) ? spec.mark.type : spec.mark;
  const at = isRecord(spec.mark) ? `${path}.mark.type` : `${path}.mark`;
  if (typeof mark !== "string" || !MARKS.includes(mark))
    return `${at} is ${JSON.stringify(mark)}; marks are ${MARKS.join(", ")}`;
  if (spec.encoding !== undefined && !isRecord(spec.encoding)) return `${path}.encoding must be an object of channels`;
  return undefined;
};

/** What is wrong with a Vega spec, and where. */
export const vegaProblem = (spec: unknown): string | undefined => {
  if (!isRecord(spec)) return `spec must be an object, not ${Array.isArray(spec) ? "an array" : typeof spec}`;
  for (const list of ["data", "signals", "scales", "axes", "legends", "marks"]) {
    if (spec[list] !== undefined && !Array.isArray(spec[list])) return `spec.${list} must be an array`;
  }
  return undefined;
};
