import { describe, expect, it } from "vitest";
import { random } from "../../../src/lib/stats/index.js";
import { operatorPowers, powerTimes, type SparseOperator } from "../../../src/lib/stats/operator-powers.js";

/** Some entries a row, none in every fifth. */
function operator(rows: number, columns = rows, entries = 3): Required<SparseOperator> {
  const stream = random(0, "operator-powers");
  const indptr = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) indptr[i + 1] = indptr[i]! + (i % 5 === 4 ? 0 : entries);
  const indices = Int32Array.from({ length: indptr[rows]! }, () => stream.integer(columns));
  return { columns, indptr, indices, values: Float64Array.from(indices, () => stream.normal()) };
}

function times({ indptr, indices, values }: SparseOperator, X: Float64Array, columns: number): Float64Array {
  const product = new Float64Array((indptr.length - 1) * columns);
  product.forEach((_, at) => {
    const i = Math.floor(at / columns);
    for (let entry = indptr[i]!; entry < indptr[i + 1]!; entry++) {
      product[at]! += X[indices[entry]! * columns + (at % columns)]! * values[entry]!;
    }
  });
  return product;
}

const dense = (size: number) => {
  const stream = random(1, "operator-powers");
  return Float64Array.from({ length: size }, () => stream.normal());
};

describe("the powers of a sparse operator", () => {
  it.each([1, 15, 16, 17, 32, 33, 50])("are products one after the other, to the last bit: %i columns", (columns) => {
    const square = operator(23);
    const powers = operatorPowers(square);
    const X = dense(23 * columns);
    const before = X.slice();
    let expected: Float64Array = X;
    for (let power = 1; power <= 5; power++) {
      expected = times(square, expected, columns);
      expect(powerTimes(powers, power, X, columns)).toEqual(expected);
    }
    expect(X).toEqual(before);
    powers.close();
  });

  it.each([
    [7, 12],
    [12, 7],
  ])("of %i × %i are the operator alone", (rows, columns) => {
    const powers = operatorPowers(operator(rows, columns));
    expect(powers.rows).toBe(rows);
    const X = dense(columns * 20);
    expect(powerTimes(powers, 1, X, 20)).toEqual(times(operator(rows, columns), X, 20));
  });

  it("are the same where a second thread takes its share, which ends and comes back", () => {
    const [rows, columns] = [400, 200];
    const large = operator(rows, rows, 50);
    const powers = operatorPowers(large);
    const X = dense(rows * columns);
    const found = powerTimes(powers, 70, X, columns);
    powers.close();
    expect(powerTimes(powers, 70, X, columns)).toEqual(found);
    powers.close();
    let expected: Float64Array = X;
    for (let power = 0; power < 70; power++) expected = times(large, expected, columns);
    expect(found).toEqual(expected);
  });
});
