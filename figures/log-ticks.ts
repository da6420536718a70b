/** Multiples of the powers of ten, from few to many. */
const MULTIPLES: readonly (readonly number[])[] = [
  [1, 2, 5],
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  Array.from({ length: 18 }, (_, k) => 1 + k / 2),
  Array.from({ length: 90 }, (_, k) => 1 + k / 10),
];

/** Ticks of a logarithmic axis: powers of ten where there are more than three, else multiples of them, two at least where that can be. */
export const logTicks = (low: number, high: number): number[] => {
  const powers = Array.from({ length: 31 }, (_, k) => 10 ** (k - 15));
  const within = (ticks: readonly number[]) => ticks.filter((tick) => tick >= low * 0.99 && tick <= high * 1.01);
  const decades = within(powers);
  if (decades.length > 3) return decades;
  const multiples = MULTIPLES.map((factors) =>
    within(powers.flatMap((power) => factors.map((factor) => factor * power))),
  );
  const enough = multiples.find((ticks) => ticks.length > 1) ?? multiples.at(-1)!;
  return enough.map((tick) => Number(tick.toPrecision(3)));
};
