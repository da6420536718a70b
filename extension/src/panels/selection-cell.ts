import type { Row, Selected } from "../selected-rows.js";

/** Fields that a figure names its points by, the likeliest first. */
const NAMES = ["cell", "cells", "barcode", "obs_name", "name", "gene", "sample", "id", "index"];

/** Rows that a cell is given where they have no names. */
const MAX_RECORDS = 1000;

/** The field that names rows: texts, no two alike. */
export const namingField = (rows: readonly Row[]): string | undefined => {
  const fields = Object.keys(rows[0] ?? {});
  const likely = NAMES.filter((name) => fields.includes(name));
  return [...likely, ...fields.filter((field) => !likely.includes(field))].find((field) => {
    const values = rows.map((row) => row[field]);
    return values.every((value) => typeof value === "string") && new Set(values).size === values.length;
  });
};

/**
 * The source of a cell that holds what is selected in a figure: the names of the rows, else the rows themselves.
 *
 * @param language - of the notebook; "python", or one in which `const` declares.
 */
export const selectionCell = ({ rows, all }: Selected, title: string, language: string): string => {
  const field = namingField(all);
  const values = field === undefined ? rows.slice(0, MAX_RECORDS).map(plain) : rows.map((row) => row[field]);
  const [comment, declare, end] = language === "python" ? ["#", "", ""] : ["//", "const ", ";"];
  const by = field === undefined ? "" : `, by ${oneLine(field)}`;
  const part = values.length < rows.length ? `, here the first ${values.length}` : "";
  const list = values.map((value) => `  ${JSON.stringify(value)},\n`).join("");
  return `${comment} ${rows.length} selected in "${oneLine(title)}"${by}${part}\n${declare}selected = [\n${list}]${end}`;
};

/** Nothing that would end the comment that a text stands in. */
const oneLine = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, " ").slice(0, 100);

/** Without what Vega notes in rows. */
const plain = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("_vgsid")));
