import { INK } from "./theme.js";

/** Layer with the line on which both axes are equal, from 0 to `to`. */
export const equalityLine = (to: number) => ({
  data: { values: [{ from: 0, to }] },
  mark: { type: "rule", color: INK, strokeDash: [4, 3], opacity: 0.7 },
  encoding: {
    x: { field: "from", type: "quantitative" },
    x2: { field: "to" },
    y: { field: "from", type: "quantitative" },
    y2: { field: "to" },
  },
});
