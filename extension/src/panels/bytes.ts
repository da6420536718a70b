const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes as people read it: 999 B, 1.2 kB, 54 MB. */
export const readableBytes = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
};
