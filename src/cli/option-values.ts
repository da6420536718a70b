import { InvalidArgumentError } from "commander";

/** An option's value as a whole number from 0 on. */
export const wholeNumber = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("It must be a whole number from 0 on.");
  return number;
};

/** An option's value as a share. */
export const share = (value: string): number => {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return number;
};
