/** What cannot be done, and why, in words for a person. */
export class Refusal extends Error {}
