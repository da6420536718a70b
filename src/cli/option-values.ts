import { InvalidArgumentError } from "commander";

/** An option's value as a whole number from 0 on. */
export const wholeNumber = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("It must be a whole number from 0 on.");
  return number;
};

/** An option's value as a whole number from 1 on. */
export const positiveNumber = (value: string): number => {
  const number = wholeNumber(value);
  if (number === 0) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
};

/** An option's value as a share. */
export const share = (value: string): number => {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return number;
};

/** Names with commas between. */
export const names = (value: string): string[] =>
  value
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

/** Variables of an environment, one at a time: adds one to those before. */
export const variable = (value: string, before: Record<string, string>): Record<string, string> => {
  const [, name, content] = /^([A-Za-z_]\w*)=(.*)$/s.exec(value) ?? [];
  if (name === undefined || content === undefined) throw new InvalidArgumentError("It must be KEY=VALUE.");
  return { ...before, [name]: content };
};
