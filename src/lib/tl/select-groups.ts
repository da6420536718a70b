import type { AnnData } from "../anndata/anndata.js";
import { groupCodes } from "./group-codes.js";

/** The groups compared: those reported first, by their position, then (for "rest") all other cells as one more. */
export interface Selection {
  codes: Int32Array;
  names: string[];
  count: number;
  /** Position of the reference group; -1: the rest. */
  reference: number;
}

/**
 * The groups that are compared, from the names of those wanted.
 *
 * @param wanted - undefined: all that have cells.
 * @param reference - "rest", or the name of a group.
 * @param isRegression - the groups are told apart among themselves: there is no rest and no reference.
 * @throws RangeError where a group does not exist, is named twice or has fewer than two cells, or there is nothing to compare.
 */
export function selectGroups(
  adata: AnnData,
  groupby: string,
  wanted: readonly string[] | undefined,
  reference: string,
  isRegression: boolean,
): Selection {
  const { codes, categories } = groupCodes(adata, groupby);
  const known = `groups of ${groupby}: ${categories.join(", ")}`;
  const used = new Set(codes);
  const names = [...(wanted ?? categories.filter((_, code) => used.has(code)))];
  if (reference !== "rest" && !names.includes(reference)) names.push(reference);
  for (const name of names) {
    if (!categories.includes(name)) throw new RangeError(`tl.rankGenesGroups: there is no group "${name}"; ${known}`);
  }
  if (new Set(names).size < names.length) throw new RangeError("tl.rankGenesGroups: a group is named twice in groups");
  if (names.length === 0 || (names.length < 2 && (isRegression || categories.length < 2))) {
    throw new RangeError(`tl.rankGenesGroups: there is nothing to compare; ${known}`);
  }
  const others = reference === "rest" && !isRegression ? names.length : -1;
  const positionOf = categories.map((name) => (names.includes(name) ? names.indexOf(name) : others));
  const mapped = codes.map((code) => (code < 0 ? others : positionOf[code]!));
  const sizes = new Int32Array(names.length + 1);
  for (const code of mapped) if (code >= 0) sizes[code]!++;
  const small = names.filter((_, position) => sizes[position]! < 2);
  if (small.length > 0) {
    throw new RangeError(
      `tl.rankGenesGroups: the group "${small.join('", "')}" has fewer than two cells; leave it out by the option groups`,
    );
  }
  const count = names.length + (others >= 0 && sizes[names.length]! > 0 ? 1 : 0);
  if (others >= 0 && count < 2) throw new RangeError(`tl.rankGenesGroups: there is nothing to compare; ${known}`);
  return {
    codes: mapped,
    names,
    count,
    reference: reference === "rest" || isRegression ? -1 : names.indexOf(reference),
  };
}
