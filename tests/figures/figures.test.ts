import { describe, expect, test } from "vitest";
import { countRows, MAX_ROWS } from "../../figures/figure.js";
import { FULL_WIDTH } from "../../figures/theme.js";
import { analysisSamples } from "./analysis-samples.js";
import { draw, vegaLiteSchema } from "./draw.js";
import { samples } from "./samples.js";

const validate = vegaLiteSchema();

/** Readable JSON: one line a data row. */
const pretty = (spec: object): string =>
  `${JSON.stringify(
    spec,
    (key, value) => (key === "values" && Array.isArray(value) ? value.map((row) => `@${JSON.stringify(row)}@`) : value),
    2,
  ).replace(/"@(.*)@"/g, (_, row: string) => JSON.parse(`"${row}"`) as string)}\n`;

const positionChannels = (spec: unknown): Array<Record<string, unknown>> => {
  if (typeof spec !== "object" || spec === null) return [];
  if (Array.isArray(spec)) return spec.flatMap(positionChannels);
  return Object.entries(spec).flatMap(([key, part]) =>
    key === "encoding"
      ? (["x", "y"] as const).flatMap((channel) => {
          const definition = (part as Record<string, Record<string, unknown>>)[channel];
          return definition ? [{ channel, ...definition }] : [];
        })
      : key === "data"
        ? []
        : positionChannels(part),
  );
};

describe.each(Object.entries({ ...samples, ...analysisSamples }))("%s", (key, make) => {
  const figure = make();

  test("is valid by the schema of Vega-Lite 6 and draws without a warning", async () => {
    expect(validate(figure), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const { svg, warnings } = await draw(figure);
    expect(warnings).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("is the spec that was reviewed", async () => {
    await expect(pretty(figure)).toMatchFileSnapshot(`snapshots/${key}.vl.json`);
  });

  test("has a file name, a caption with numbers, few rows, and titled axes where axes are drawn", () => {
    expect(figure.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(figure.description).toMatch(/\d.*\.$/);
    expect(figure.description).not.toMatch(/NaN|undefined|not available/);
    expect(countRows(figure)).toBeLessThanOrEqual(MAX_ROWS);
    const titled = positionChannels(figure).filter(({ title }) =>
      [title].flat().some((line) => typeof line === "string" && line),
    );
    for (const channel of ["x", "y"]) {
      const drawn = positionChannels(figure).some(
        (axis) => axis.channel === channel && axis.axis !== null && axis.field,
      );
      const named = titled.some((axis) => axis.channel === channel) || key.startsWith("markerGenesByType");
      expect(!drawn || named, channel).toBe(true);
    }
  });

  test("fits the print width of 170 mm, whatever the renderer's text metrics", () => {
    const widths = (spec: unknown): number[] =>
      typeof spec !== "object" || spec === null
        ? []
        : Object.entries(spec).flatMap(([name, part]) =>
            name === "width" && typeof part === "number" ? [part] : widths(part),
          );
    for (const width of widths({ ...figure, config: undefined })) expect(width).toBeLessThanOrEqual(FULL_WIDTH);
  });

  test("does not depend on the call", () => {
    expect(make()).toEqual(figure);
  });
});
