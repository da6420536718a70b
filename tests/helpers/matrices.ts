/** The two ways to store a matrix: a method must give the same for both. */
export { STORAGES } from "../reference/check-fixtures/matrix-input.js";
