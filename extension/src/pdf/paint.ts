import { expressionFunction } from "vega";
import { numbers, apply, scaleOf, type Matrix } from "./matrix.js";

/** Red, green and blue from 0 to 1 as PDF files have them, and the opacity; undefined for what is no colour. */
export const colorOf = (css: string): { rgb: string; opacity: number } | undefined => {
  const { r, g, b, opacity } = expressionFunction("rgb")(css) as Record<"r" | "g" | "b" | "opacity", number>;
  return Number.isNaN(r) ? undefined : { rgb: numbers(r / 255, g / 255, b / 255), opacity };
};

/** A gradient as a canvas makes it: along a line of four numbers, or between circles of six. */
export class Gradient {
  readonly #between: readonly number[];
  readonly #stops: { at: number; rgb: string }[] = [];

  constructor(between: readonly number[]) {
    this.#between = between;
  }

  /** Adds a colour; its opacity is left out. */
  addColorStop(at: number, css: string): void {
    this.#stops.push({ at, rgb: colorOf(css)?.rgb ?? "0 0 0" });
  }

  /** The gradient as a pattern; `matrix` is that under which it is painted, `page` that of the page. */
  pattern(matrix: Matrix, page: string): string {
    const at = this.#between;
    const isRadial = at.length === 6;
    const coordinates = isRadial
      ? [0, 3].flatMap((i) => [...apply(matrix, at[i]!, at[i + 1]!), at[i + 2]! * scaleOf(matrix)])
      : [0, 2].flatMap((i) => apply(matrix, at[i]!, at[i + 1]!));
    return (
      `<< /Type /Pattern /PatternType 2 /Matrix [${page}] /Shading << /ShadingType ${isRadial ? 3 : 2} ` +
      `/ColorSpace /DeviceRGB /Coords [${numbers(...coordinates)}] /Extend [true true] /Function ${this.#function()} >> >>`
    );
  }

  #function(): string {
    const stops = [...this.#stops].sort((a, b) => a.at - b.at);
    const [first, last] = [stops[0] ?? { at: 0, rgb: "0 0 0" }, stops.at(-1) ?? { at: 1, rgb: "0 0 0" }];
    const all = [
      ...(first.at > 0 ? [{ ...first, at: 0 }] : []),
      ...stops,
      ...(last.at < 1 ? [{ ...last, at: 1 }] : []),
    ];
    const parts = all
      .slice(1)
      .map(({ rgb }, i) => `<< /FunctionType 2 /Domain [0 1] /C0 [${all[i]!.rgb}] /C1 [${rgb}] /N 1 >>`);
    const bounds = all.slice(1, -1).map(({ at }) => at);
    return (
      `<< /FunctionType 3 /Domain [0 1] /Functions [${parts.join(" ")}] /Bounds [${numbers(...bounds)}] ` +
      `/Encode [${parts.map(() => "0 1").join(" ")}] >>`
    );
  }
}
