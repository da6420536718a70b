/** The long campaign, by hand: `DIFFREPAIRER_ROBUSTNESS=long npx vitest run --project robustness`. */
const IS_LONG = process.env["DIFFREPAIRER_ROBUSTNESS"] === "long";

/** How often something is tried: in CI, and in the long campaign. */
export const times = (short: number, long: number): number => (IS_LONG ? long : short);
