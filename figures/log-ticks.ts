/** Ticks of a logarithmic axis from `low` to `high`: powers of ten, with 2 and 5 between them where few fit. */
export const logTicks = (low: number, high: number): number[] => {
  const powers = Array.from({ length: 31 }, (_, k) => 10 ** (k - 15));
  const within = (ticks: readonly number[]) => ticks.filter((tick) => tick >= low * 0.99 && tick <= high * 1.01);
  const decades = within(powers);
  return decades.length > 3
    ? decades
    : within(powers.flatMap((power) => [power, 2 * power, 5 * power])).map((tick) => Number(tick.toPrecision(3)));
};
