import { propertyOf } from "./shape.js";

/** The name of an object's class, found without running any code of its own. */
export function nameOfClass(value: object): string {
  const made = propertyOf(value, "constructor");
  const name = typeof made === "function" ? propertyOf(made, "name") : undefined;
  return typeof name === "string" && name !== "" ? name.slice(0, 60) : "Object";
}
