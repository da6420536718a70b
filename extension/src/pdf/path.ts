import { after, apply, IDENTITY, numbers, type Matrix } from "./matrix.js";

/** Of a circle's radius: how far the control points of a cubic curve through an arc are from its ends. */
const arcReach = (angle: number): number => (4 / 3) * Math.tan(angle / 4);

/** The angle from one direction to another, forwards; a whole turn where they are that far apart. */
const arcLength = (from: number, to: number, turn: number): number =>
  to - from >= turn ? turn : (((to - from) % turn) + turn) % turn;

/** Transformations and paths of a canvas's 2D context; paths are kept as operators of PDF files, transformed. */
export class PathContext {
  protected matrix: Matrix = IDENTITY;
  protected path: string[] = [];

  scale(x: number, y: number): void {
    this.matrix = after(this.matrix, [x, 0, 0, y, 0, 0]);
  }

  translate(x: number, y: number): void {
    this.matrix = after(this.matrix, [1, 0, 0, 1, x, y]);
  }

  rotate(angle: number): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.matrix = after(this.matrix, [cos, sin, -sin, cos, 0, 0]);
  }

  beginPath(): void {
    this.path = [];
  }

  moveTo(x: number, y: number): void {
    this.#go("m", x, y);
  }

  lineTo(x: number, y: number): void {
    this.#go(this.path.length === 0 ? "m" : "l", x, y);
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#go("c", x1, y1, x2, y2, x, y);
  }

  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void {
    // In the page's pixels already.
    const [fromX = 0, fromY = 0] = this.path.at(-1)?.split(" ").slice(-3, -1).map(Number) ?? [];
    const [[controlX, controlY], [toX, toY]] = [apply(this.matrix, x1, y1), apply(this.matrix, x, y)];
    const near = (end: number, control: number) => end + (2 / 3) * (control - end);
    const controls = [near(fromX, controlX), near(fromY, controlY), near(toX, controlX), near(toY, controlY)];
    this.path.push(`${numbers(...controls, toX, toY)} c`);
  }

  arc(x: number, y: number, radius: number, from: number, to: number, isBackward = false): void {
    const turn = 2 * Math.PI;
    const sweep = isBackward ? -arcLength(to, from, turn) : arcLength(from, to, turn);
    const count = Math.max(1, Math.ceil(Math.abs(sweep) / (Math.PI / 2) - 1e-9));
    const reach = radius * arcReach(sweep / count);
    const at = (angle: number) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
    this.lineTo(...at(from));
    for (let i = 0; i < count; i++) {
      const [a, b] = [from + (sweep * i) / count, from + (sweep * (i + 1)) / count];
      const [[x0, y0], [x1, y1]] = [at(a), at(b)];
      const first = [x0 - reach * Math.sin(a), y0 + reach * Math.cos(a)] as const;
      const second = [x1 + reach * Math.sin(b), y1 - reach * Math.cos(b)] as const;
      this.bezierCurveTo(...first, ...second, x1, y1);
    }
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }

  closePath(): void {
    if (this.path.length > 0) this.path.push("h");
  }

  #go(operator: string, ...places: readonly number[]): void {
    const moved: number[] = [];
    for (let i = 0; i < places.length; i += 2) moved.push(...apply(this.matrix, places[i]!, places[i + 1]!));
    this.path.push(`${numbers(...moved)} ${operator}`);
  }
}
