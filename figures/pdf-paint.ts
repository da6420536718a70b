import type { SvgElement } from "./svg-tree.js";

/** A transformation as SVG and PDF write it: x' = a x + c y + e, y' = b x + d y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

const CAPS: Readonly<Record<string, number>> = { butt: 0, round: 1, square: 2 };
const JOINS: Readonly<Record<string, number>> = { miter: 0, round: 1, bevel: 2 };

/** Writes elements of an SVG picture as the content of a PDF page, and gathers the opacities and gradients that it names. */
export class PathPainter {
  readonly #definitions: ReadonlyMap<string, SvgElement>;
  readonly #lines: string[] = [];
  readonly #states: string[] = [];
  readonly #shadings: string[] = [];

  constructor(definitions: ReadonlyMap<string, SvgElement>) {
    this.#definitions = definitions;
  }

  /** Paints an element and what is in it, after a transformation, under the opacity of the groups around it. */
  paint(element: SvgElement, matrix?: Matrix, opacity = 1): void {
    const { name, attributes, children } = element;
    if (name === "defs") return;
    if (!["svg", "g", "path"].includes(name)) throw new Error(`a PDF cannot be made of <${name}>; use SVG or PNG`);
    const own = opacity * Number(attributes.opacity ?? 1);
    this.#lines.push("q");
    if (matrix) this.#lines.push(`${matrix.map(number).join(" ")} cm`);
    if (attributes.transform) this.#lines.push(`${matrixOf(attributes.transform).map(number).join(" ")} cm`);
    if (attributes["clip-path"]) this.#clip(attributes["clip-path"]);
    if (name === "path") this.#path(attributes, own);
    else for (const child of children) this.paint(child, undefined, own);
    this.#lines.push("Q");
  }

  content(): string {
    return this.#lines.join("\n");
  }

  /** Graphics states A0, A1, … and shadings S0, S1, … that the content names. */
  resources(): { states: readonly string[]; shadings: readonly string[] } {
    return { states: this.#states, shadings: this.#shadings };
  }

  #clip(reference: string): void {
    const { attributes, children } = this.#definition(reference);
    if (attributes["clip-path"]) this.#clip(attributes["clip-path"]);
    for (const child of children) {
      this.#lines.push(
        segments(child.attributes.d ?? "").join("\n"),
        child.attributes["clip-rule"] === "evenodd" ? "W* n" : "W n",
      );
    }
  }

  #path(attributes: SvgElement["attributes"], opacity: number): void {
    const d = attributes.d ?? "";
    const outline = segments(d).join("\n");
    const { fill = "#000000", stroke = "none" } = attributes;
    const rule = attributes["fill-rule"] === "evenodd" ? "*" : "";
    this.#alpha(opacity * Number(attributes["fill-opacity"] ?? 1), opacity * Number(attributes["stroke-opacity"] ?? 1));
    if (fill.startsWith("url(")) {
      this.#lines.push("q", outline, `W${rule} n`, `/S${this.#gradient(fill, d)} sh`, "Q");
    } else if (fill !== "none") {
      this.#lines.push(`${rgb(fill)} rg`, outline, `f${rule}`);
    }
    if (stroke === "none") return;
    const dashes = attributes["stroke-dasharray"]?.split(/[\s,]+/).map(Number) ?? [];
    this.#lines.push(
      `${rgb(stroke)} RG ${number(Number(attributes["stroke-width"] ?? 1))} w`,
      `${CAPS[attributes["stroke-linecap"] ?? "butt"] ?? 0} J ${JOINS[attributes["stroke-linejoin"] ?? "miter"] ?? 0} j`,
      `${number(Number(attributes["stroke-miterlimit"] ?? 4))} M`,
      `[${dashes.map(number).join(" ")}] ${number(Number(attributes["stroke-dashoffset"] ?? 0))} d`,
      outline,
      "S",
    );
  }

  #alpha(fill: number, stroke: number): void {
    const state = `<< /ca ${number(fill)} /CA ${number(stroke)} >>`;
    if (!this.#states.includes(state)) this.#states.push(state);
    this.#lines.push(`/A${this.#states.indexOf(state)} gs`);
  }

  /** The number of an axial shading for a path filled with a linear gradient. */
  #gradient(reference: string, d: string): number {
    const { name, attributes, children } = this.#definition(reference);
    if (name !== "linearGradient") throw new Error(`a PDF cannot be made of <${name}>; use SVG or PNG`);
    const at = (key: string, other: number) => Number(attributes[key] ?? other);
    const line = [at("x1", 0), at("y1", 0), at("x2", 1), at("y2", 0)];
    const isOwn = attributes.gradientUnits === "userSpaceOnUse";
    const box = bounds(d);
    const [a, b, c, e, tx, ty] = attributes.gradientTransform
      ? matrixOf(attributes.gradientTransform)
      : [1, 0, 0, 1, 0, 0];
    const coordinates = [0, 2].flatMap((k) => {
      const [x, y] = [line[k]!, line[k + 1]!];
      const [u, v] = [a * x + c * y + tx, b * x + e * y + ty];
      return isOwn ? [u, v] : [box.x + u * box.width, box.y + v * box.height];
    });
    const stops = children.map((stop) => ({
      at: Number(stop.attributes.offset),
      color: rgb(stop.attributes["stop-color"] ?? "#000000"),
    }));
    const pairs = stops
      .slice(1)
      .map((to, k) => `<< /FunctionType 2 /Domain [0 1] /C0 [${stops[k]!.color}] /C1 [${to.color}] /N 1 >>`);
    const inner = stops.slice(1, -1).map((stop) => number(stop.at));
    this.#shadings.push(
      `<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [${coordinates.map(number).join(" ")}] /Extend [true true] ` +
        `/Function << /FunctionType 3 /Domain [0 1] /Functions [${pairs.join(" ")}] /Bounds [${inner.join(" ")}] ` +
        `/Encode [${pairs.map(() => "0 1").join(" ")}] >> >>`,
    );
    return this.#shadings.length - 1;
  }

  #definition(reference: string): SvgElement {
    const id = /url\(#(.*?)\)/.exec(reference)?.[1];
    const found = this.#definitions.get(id ?? "");
    if (!found) throw new Error(`the SVG picture names ${reference}, which it does not define`);
    return found;
  }
}

const number = (value: number): string => String(Number(value.toFixed(4)));

const matrixOf = (transform: string): Matrix => {
  const numbers = /^matrix\(([^)]*)\)$/
    .exec(transform)?.[1]
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  if (numbers?.length !== 6) throw new Error(`a PDF cannot be made of transform="${transform}"; use SVG or PNG`);
  return numbers as unknown as Matrix;
};

const rgb = (color: string): string => {
  const digits = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (!digits) throw new Error(`a PDF cannot be made of the colour "${color}"; use SVG or PNG`);
  return [0, 2, 4].map((k) => number(parseInt(digits.slice(k, k + 2), 16) / 255)).join(" ");
};

/** A path's commands with their numbers: M and L (a point), Q (two), C (three), Z. */
const commands = (d: string): { command: string; numbers: number[] }[] =>
  [...d.matchAll(/([A-Za-z])([^A-Za-z]*)/g)].map(([, command, rest]) => ({
    command: command!,
    numbers:
      rest!.trim() === ""
        ? []
        : rest!
            .trim()
            .split(/[\s,]+/)
            .map(Number),
  }));

const bounds = (d: string) => {
  const points = commands(d).flatMap(({ numbers }) => numbers);
  const [xs, ys] = [points.filter((_, k) => k % 2 === 0), points.filter((_, k) => k % 2 === 1)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
};

/** A path in PDF's operators; quadratic curves become cubic. */
const segments = (d: string): string[] => {
  let [x, y] = [0, 0];
  return commands(d).map(({ command, numbers: n }) => {
    const [startX, startY] = [x, y];
    if (n.length >= 2) [x, y] = [n.at(-2)!, n.at(-1)!];
    const line = (numbers: readonly number[], operator: string) => `${numbers.map(number).join(" ")} ${operator}`;
    switch (command) {
      case "M":
        return line(n, "m");
      case "L":
        return line(n, "l");
      case "C":
        return line(n, "c");
      case "Q": {
        const toward = (from: number, control: number) => from + (2 / 3) * (control - from);
        const [cx, cy] = [n[0]!, n[1]!];
        return line([toward(startX, cx), toward(startY, cy), toward(x, cx), toward(y, cy), x, y], "c");
      }
      case "Z":
        return "h";
      default:
        throw new Error(`a PDF cannot be made of the path command "${command}"; use SVG or PNG`);
    }
  });
};
