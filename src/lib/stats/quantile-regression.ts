import { choleskySolve } from "./cholesky.js";
import { dot, takeOut } from "./vectors.js";

/** Finds coefficients for one response after another on the same design. */
export interface QuantileRegression {
  /**
   * The coefficients that make Σ ρ(y - Xβ) least, ρ(r) = r (tau - [r < 0]).
   *
   * @param tau - the quantile, above 0 and below 1; 0.5 is the median.
   */
  fit(y: Float64Array, tau: number): Float64Array;
}

/** A dual value beyond its bounds by no more than this is within them. */
const TOLERANCE = 1e-9;
/** Ties of the response are parted by at most this share of its spread, so that no step of the simplex has length 0. */
const PARTED = 1e-11;
/** Observations, times the coefficients, among which the starting vertex is looked for first. */
const NEAR = 20;
/** A row of the starting vertex must differ from those before it by this share of its length. */
const INDEPENDENT = 1e-2;

/**
 * Linear quantile regression (Koenker and Bassett 1978) by the simplex method in Barrodale and Roberts' form: from a vertex, where
 * as many residuals are 0 as there are coefficients, along the edge of steepest descent as far as the loss falls. It starts near the
 * least squares, is exact, and gives the same vertex every time; where several are optimal, one of them.
 *
 * @param design - X, observations × coefficients, row-major.
 * @throws RangeError where the columns of X depend on one another, or there are fewer observations than coefficients.
 * @example
 * quantileRegression(Float64Array.of(1, 1, 1), 1).fit(Float64Array.of(1, 2, 9), 0.5); // Float64Array [2]
 */
export function quantileRegression(design: Float64Array, coefficients: number): QuantileRegression {
  const n = design.length / coefficients;
  if (!Number.isInteger(n) || n < coefficients) {
    throw new RangeError(`a quantile regression of ${coefficients} coefficients needs as many observations, not ${n}`);
  }
  const gram = new Float64Array(coefficients * coefficients);
  for (let i = 0; i < n; i++) {
    const row = design.subarray(i * coefficients, (i + 1) * coefficients);
    for (let a = 0; a < coefficients; a++) {
      for (let b = 0; b <= a; b++) gram[a * coefficients + b]! += row[a]! * row[b]!;
    }
  }
  return {
    fit(y, tau) {
      if (!(tau > 0 && tau < 1)) throw new RangeError(`tau must be above 0 and below 1, not ${tau}`);
      return new Simplex(design, coefficients, y, tau).solve(gram);
    },
  };
}

class Simplex {
  readonly #X: Float64Array;
  readonly #p: number;
  readonly #n: number;
  readonly #y: Float64Array;
  readonly #parted: Float64Array;
  readonly #tau: number;
  readonly #residuals: Float64Array;
  /** Observations whose residual is 0, and for each observation whether it is one of them. */
  readonly #basis: Int32Array;
  readonly #inBasis: Uint8Array;
  /** Inverse of the basis' rows of X, p × p. */
  #inverse: Float64Array;
  /** Room for what a step changes, and for the observations whose residual would pass 0, with the length of step that takes. */
  readonly #work: Float64Array;
  readonly #passing: Int32Array;
  readonly #lengths: Float64Array;
  /** Σ ψ x over the observations outside the basis, ψ = tau - [residual < 0]. */
  readonly #score: Float64Array;

  constructor(X: Float64Array, p: number, y: Float64Array, tau: number) {
    this.#X = X;
    this.#p = p;
    this.#n = y.length;
    this.#y = y;
    this.#tau = tau;
    let [low, high] = [Infinity, -Infinity];
    for (const value of y) [low, high] = [Math.min(low, value), Math.max(high, value)];
    if (!(high - low < Infinity)) throw new RangeError("a response of the quantile regression is NaN or infinite");
    const size = PARTED * (high - low || 1);
    // Multiples of the golden ratio lie apart from each other however many there are.
    this.#parted = y.map((value, i) => value + size * (((i + 1) * 0.6180339887498949) % 1));
    this.#residuals = new Float64Array(this.#n);
    this.#basis = new Int32Array(p);
    this.#inBasis = new Uint8Array(this.#n);
    this.#inverse = new Float64Array(p * p);
    this.#score = new Float64Array(p);
    this.#work = new Float64Array(this.#n);
    this.#passing = new Int32Array(this.#n);
    this.#lengths = new Float64Array(this.#n);
  }

  solve(gram: Float64Array): Float64Array {
    this.#start(gram);
    const most = 100 * this.#p + this.#n;
    for (let step = 0; step < most; step++) {
      if (!this.#descend()) return this.#coefficients(this.#y);
    }
    throw new Error(`the quantile regression did not end in ${most} steps; are rows of its design nearly dependent?`);
  }

  /** The vertex of those observations, independent of each other, that lie nearest to the shifted least squares. */
  #start(gram: Float64Array): void {
    const [X, p, n] = [this.#X, this.#p, this.#n];
    const products = new Float64Array(p);
    for (let i = 0; i < n; i++) for (let c = 0; c < p; c++) products[c]! += X[i * p + c]! * this.#y[i]!;
    this.#setResiduals(choleskySolve(gram, p, products));
    const shift = this.#residuals.slice().sort()[Math.min(n - 1, Math.floor(this.#tau * n))]!;
    const distance = this.#residuals.map((residual) => Math.abs(residual - shift));
    const near = distance.slice().sort()[Math.min(n - 1, NEAR * p)]!;
    const directions: Float64Array[] = [];
    for (const limit of [near, Infinity]) {
      const order = Int32Array.from(distance.keys())
        .filter((i) => distance[i]! <= limit)
        .sort((a, b) => distance[a]! - distance[b]! || a - b);
      this.#takeIndependent(order, directions);
    }
    if (directions.length < p) throw new RangeError("the columns of the quantile regression's design are dependent");
    this.#invert();
    this.#setResiduals(this.#coefficients(this.#parted));
    for (let i = 0; i < n; i++) if (!this.#inBasis[i]) this.#addScore(i, this.#psi(i));
  }

  /** Adds to the basis what of these observations is independent, by Gram and Schmidt's method. */
  #takeIndependent(order: Int32Array, directions: Float64Array[]): void {
    const [X, p] = [this.#X, this.#p];
    for (let threshold = INDEPENDENT; directions.length < p && threshold > 1e-12; threshold /= 100) {
      for (const i of order) {
        if (directions.length === p) return;
        if (this.#inBasis[i]) continue;
        const rest = X.slice(i * p, (i + 1) * p);
        const before = Math.hypot(...rest);
        for (let pass = 0; pass < 2; pass++) takeOut(rest, directions);
        const norm = Math.sqrt(dot(rest, rest));
        if (norm <= threshold * before) continue;
        this.#basis[directions.length] = i;
        this.#inBasis[i] = 1;
        directions.push(rest.map((value) => value / norm));
      }
    }
  }

  /** One step along the edge of steepest descent; false at the optimum. */
  #descend(): boolean {
    const [p, tau] = [this.#p, this.#tau];
    let [leaving, sign, violation] = [-1, 0, TOLERANCE];
    for (let j = 0; j < p; j++) {
      let dual = 0;
      for (let c = 0; c < p; c++) dual += this.#inverse[c * p + j]! * this.#score[c]!;
      if (dual - (1 - tau) > violation) [leaving, sign, violation] = [j, 1, dual - (1 - tau)];
      if (-tau - dual > violation) [leaving, sign, violation] = [j, -1, -tau - dual];
    }
    if (leaving < 0) return false;
    const direction = Float64Array.from({ length: p }, (_, c) => sign * this.#inverse[c * p + leaving]!);
    const changes = this.#changes(direction);
    const entering = this.#firstBeyond(changes, violation);
    const length = this.#residuals[entering]! / changes[entering]!;
    const left = this.#basis[leaving]!;
    this.#addScore(entering, -this.#psi(entering));
    this.#inBasis[entering] = 1;
    this.#move(length, changes);
    this.#residuals[left] = -sign * length;
    this.#basis[leaving] = entering;
    this.#inBasis[left] = 0;
    // A step of length 0 leaves a residual of 0, whose side is the one it goes to.
    this.#addScore(left, sign > 0 ? tau - 1 : tau);
    if (this.#residuals[left] === 0 && sign > 0) this.#residuals[left] = -Number.MIN_VALUE;
    this.#invert();
    return true;
  }

  /** Takes a step off the residuals; those of the basis are 0. */
  #move(length: number, changes: Float64Array): void {
    const [residuals, inBasis] = [this.#residuals, this.#inBasis];
    for (let i = 0; i < residuals.length; i++) {
      const before = residuals[i]!;
      const after = before - length * changes[i]!;
      residuals[i] = inBasis[i] ? 0 : after;
      if (before < 0 !== after < 0 && !inBasis[i]) this.#addScore(i, after < 0 ? -1 : 1);
    }
  }

  /** What a step of length 1 takes off each residual. */
  #changes(direction: Float64Array): Float64Array {
    const [X, p, n] = [this.#X, this.#p, this.#n];
    const changes = this.#work;
    for (let i = 0, at = 0; i < n; i++) {
      let sum = 0;
      for (let c = 0; c < p; c++) sum += X[at++]! * direction[c]!;
      changes[i] = sum;
    }
    return changes;
  }

  /** The observation at which the loss, falling by `slope` at first, no longer falls: residuals that pass 0 make it steeper. */
  #firstBeyond(changes: Float64Array, slope: number): number {
    const [residuals, inBasis, passing, lengths] = [this.#residuals, this.#inBasis, this.#passing, this.#lengths];
    let count = 0;
    for (let i = 0; i < residuals.length; i++) {
      const residual = residuals[i]!;
      const change = changes[i]!;
      if ((residual < 0 ? change >= 0 : change <= 0) || inBasis[i]) continue;
      passing[count++] = i;
      lengths[i] = residual / change;
    }
    if (count === 0) throw new RangeError("the quantile regression has no bounded solution");
    let [from, to, rest] = [0, count, slope];
    // Quickselect by weight: the part that holds the wanted observation is split until one is left.
    while (to - from > 1) {
      const pivot = lengths[passing[(from + to) >> 1]!]!;
      let [low, high] = [from, to];
      let below = 0;
      let equal = 0;
      for (let at = from; at < high;) {
        const i = passing[at]!;
        const length = lengths[i]!;
        if (length < pivot) {
          below += Math.abs(changes[i]!);
          passing[at++] = passing[low]!;
          passing[low++] = i;
        } else if (length > pivot) {
          passing[at] = passing[--high]!;
          passing[high] = i;
        } else {
          equal += Math.abs(changes[i]!);
          at++;
        }
      }
      if (below >= rest) to = low;
      else if (below + equal >= rest || high === to) return passing[low]!;
      else {
        rest -= below + equal;
        from = high;
      }
    }
    return passing[from]!;
  }

  #psi(i: number): number {
    return this.#residuals[i]! < 0 ? this.#tau - 1 : this.#tau;
  }

  #addScore(i: number, factor: number): void {
    for (let c = 0; c < this.#p; c++) this.#score[c]! += factor * this.#X[i * this.#p + c]!;
  }

  #setResiduals(coefficients: Float64Array): void {
    const fitted = this.#changes(coefficients);
    for (let i = 0; i < this.#n; i++) this.#residuals[i] = this.#inBasis[i] ? 0 : this.#parted[i]! - fitted[i]!;
  }

  /** The coefficients that meet a response in the basis' observations. */
  #coefficients(y: Float64Array): Float64Array {
    const p = this.#p;
    return Float64Array.from({ length: p }, (_, c) => {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += this.#inverse[c * p + j]! * y[this.#basis[j]!]!;
      return sum;
    });
  }

  /** Gauss and Jordan's method with row exchanges. */
  #invert(): void {
    const p = this.#p;
    const rows = Array.from({ length: p }, (_, j) => {
      const row = new Float64Array(2 * p);
      row.set(this.#X.subarray(this.#basis[j]! * p, (this.#basis[j]! + 1) * p));
      row[p + j] = 1;
      return row;
    });
    for (let c = 0; c < p; c++) {
      let pivot = c;
      for (let j = c + 1; j < p; j++) if (Math.abs(rows[j]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = j;
      [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
      const scale = 1 / rows[c]![c]!;
      for (let k = c; k < 2 * p; k++) rows[c]![k]! *= scale;
      for (let j = 0; j < p; j++) {
        const factor = rows[j]![c]!;
        if (j === c || factor === 0) continue;
        for (let k = c; k < 2 * p; k++) rows[j]![k]! -= factor * rows[c]![k]!;
      }
    }
    for (let j = 0; j < p; j++) this.#inverse.set(rows[j]!.subarray(p), j * p);
  }
}
