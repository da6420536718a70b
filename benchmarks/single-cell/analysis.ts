/** What one process of either side tells of the analysis it did. */
export interface AnalysisResult {
  readonly shape: readonly number[];
  /** Of the log-normalised values. */
  readonly total: number;
  /** Names of the highly variable genes, sorted. */
  readonly variable: readonly string[];
  /** Of the first principal components. */
  readonly variances: readonly number[];
  /** Of a cell to its neighbours, on average: scanpy's approximate search gives one more of them, and the cell itself. */
  readonly distance: number;
  readonly clusters: number;
  /** By method: the first group's best genes, and their scores. */
  readonly markers: Readonly<Record<string, readonly string[]>>;
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

/**
 * Says in which results two analyses differ, beyond what float32 and the order of sums explain; empty where in none.
 *
 * Clusters and layouts are random on both sides: their quality is compared by tests, here only that the number is alike.
 */
export function differences(ours: AnalysisResult, theirs: AnalysisResult): string[] {
  const found: string[] = [];
  const expect = (isSo: boolean, what: string): void => void (isSo || found.push(what));
  const isClose = (a: number | undefined, b: number | undefined, relative: number): boolean =>
    a !== undefined && b !== undefined && Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));
  const areClose = (a: readonly number[], b: readonly number[], relative: number): boolean =>
    a.length === b.length && a.every((value, i) => isClose(value, b[i], relative));

  expect(areClose(ours.shape, theirs.shape, 0), `cells and genes kept: ${ours.shape} and ${theirs.shape}`);
  expect(isClose(ours.total, theirs.total, 1e-5), `sum of log values: ${ours.total} and ${theirs.total}`);
  const common = ours.variable.filter((gene) => theirs.variable.includes(gene)).length;
  expect(common >= 0.995 * theirs.variable.length, `highly variable genes: ${common} in common`);
  expect(areClose(ours.variances, theirs.variances, 1e-2), `variances: ${ours.variances} and ${theirs.variances}`);
  expect(isClose(ours.distance, theirs.distance, 2e-2), `distance: ${ours.distance} and ${theirs.distance}`);
  for (const [method, scores] of Object.entries(theirs.scores)) {
    expect(areClose(ours.scores[method] ?? [], scores, 1e-3), `scores of ${method}`);
    const shared = (ours.markers[method] ?? []).filter((gene) => theirs.markers[method]?.includes(gene)).length;
    expect(shared >= scores.length - 2, `${method}: ${shared} of the best ${scores.length} genes in common`);
  }
  return found;
}
