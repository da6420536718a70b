import * as s from "../../../../src/lib/stats/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { type Results, unknownCase } from "../results.js";

interface Pair {
  x: number[];
  y: number[];
}

const ALTERNATIVES = ["two-sided", "less", "greater"] as const;

/** Tests, effect sizes, distributions, resampling. */
export function stats(fixture: FixtureCase): Results {
  const name = Object.keys(CASES).find((start) => fixture.name.startsWith(start));
  return name === undefined ? unknownCase(fixture) : CASES[name]!(fixture);
}

const CASES: Record<string, (fixture: FixtureCase) => Results> = {
  bootstrap_paired: pairedBootstrap,
  bootstrap,
  descriptive,
  distribution_functions: distributionFunctions,
  effect_sizes: effectSizes,
  k_samples: kSamples,
  ks_2samp: (fixture) =>
    testOfEach(fixture, "D", (x, y, alternative) =>
      s.kolmogorovSmirnov(x, y, { alternative, method: fixture.parameters["method"] as "exact" }),
    ),
  mannwhitneyu: mannWhitney,
  p_adjust: adjusted,
  permutation_exact: exactPermutations,
  permutation_supplied: suppliedPermutations,
  ranks_and_correlation: ranksAndCorrelation,
  t_log_p_extreme: extremeT,
  ttest_ind: independentT,
  ttest_rel: pairedT,
  wilcoxon: signedRank,
};

/** One value for each named sample of a case; samples that no expected entry names are left out. */
function each<T>(fixture: FixtureCase, compute: (x: number[], y: number[]) => T): Record<string, T> {
  const named = Object.values(fixture.expected).flatMap(({ value }) => Object.keys(value as object));
  const samples = Object.entries(fixture.inputValue<Record<string, Pair>>("samples"));
  return Object.fromEntries(
    samples.filter(([name]) => named.includes(name)).map(([name, { x, y }]) => [name, compute(x, y)]),
  );
}

function testOfEach(
  fixture: FixtureCase,
  statistic: string,
  test: (x: number[], y: number[], alternative: (typeof ALTERNATIVES)[number]) => s.TestResult,
): Results {
  return Object.fromEntries(
    ALTERNATIVES.flatMap((alternative) => [
      [`p_${alternative}`, each(fixture, (x, y) => test(x, y, alternative).pValue)],
      [`${statistic}_${alternative}`, each(fixture, (x, y) => test(x, y, alternative).statistic)],
    ]),
  );
}

function bootstrap(fixture: FixtureCase): Results {
  const x = fixture.input("x");
  const draws = Int32Array.from(fixture.input("indices"));
  const statisticOf: Record<string, (values: Float64Array) => number> = {
    mean: (values) => s.describe(values).mean,
    median: (values) => s.describe(values).median,
    std_ddof1: (values) => Math.sqrt(s.describe(values).variance),
  };
  const compute = statisticOf[fixture.parameters["statistic"] as string]!;
  const level = fixture.parameters["confidence_level"] as number;
  const run = (method: "percentile" | "basic" | "bca") =>
    s.bootstrap(x.length, (rows) => compute(Float64Array.from(rows, (i) => x[i]!)), { draws, level, method });
  const [percentile, basic, bca] = [run("percentile"), run("basic"), run("bca")];
  return {
    bootstrap_statistics: percentile.statistics,
    standard_error: percentile.standardError,
    ci_percentile: [percentile.low, percentile.high],
    ci_basic: [basic.low, basic.high],
    ci_bca: [bca.low, bca.high],
  };
}

function pairedBootstrap(fixture: FixtureCase): Results {
  const [x, y] = [fixture.input("x"), fixture.input("y")];
  const draws = Int32Array.from(fixture.input("indices"));
  const difference = (rows: Int32Array) => rows.reduce((sum, i) => sum + x[i]! - y[i]!, 0) / rows.length;
  const { low, high } = s.bootstrap(x.length, difference, { draws, level: 0.95 });
  return { ci_bca: [low, high] };
}

function descriptive(fixture: FixtureCase): Results {
  const shares = fixture.parameters["quantiles"] as number[];
  const of = (name: keyof s.Description) => each(fixture, (x) => s.describe(x)[name]);
  return {
    mean: of("mean"),
    var0: of("populationVariance"),
    var1: of("variance"),
    median: of("median"),
    quantiles: each(fixture, (x) => shares.map((p) => s.quantile(x, p))),
    mad: of("mad"),
    skew: of("skewness"),
    kurtosis: of("kurtosis"),
    sem: of("standardError"),
    iqr: of("interquartileRange"),
    ci95: each(fixture, (x) => Object.values(s.meanInterval(x))),
    gini: of("gini"),
  };
}

function distributionFunctions(fixture: FixtureCase): Results {
  const functions: Record<string, (...args: number[]) => number> = {
    norm_logsf: (z) => s.logNormalSf(z!),
    chi2_logsf: (x, df) => s.logChiSquaredSf(x!, df!),
    f_logsf: (f, df1, df2) => s.logFSf(f!, df1!, df2!),
    log_betainc_regularized: (a, b, x) => s.logBetaRegularized(a!, b!, x!),
    lgamma: (z) => s.logGamma(z!),
    digamma: (z) => s.digamma(z!),
  };
  const { list } = fixture.inputValue<{ list: { fn: string; args: number[] }[] }>("points");
  const p = fixture.inputValue<number[]>("ppf_p");
  return {
    values: list.map(({ fn, args }) => functions[fn]!(...args)),
    norm_ppf: p.map(s.normalQuantile),
    t_ppf_df4: p.slice(2).map((share) => s.tQuantile(share, 4)),
    chi2_ppf_df3: p.slice(2).map((share) => s.chiSquaredQuantile(share, 3)),
  };
}

function effectSizes(fixture: FixtureCase): Results {
  return {
    cohen_d: each(fixture, (x, y) => s.cohenD(x, y).value),
    hedges_g: each(fixture, (x, y) => s.hedgesG(x, y).value),
    hedges_g_approx: each(fixture, (x, y) => s.cohenD(x, y).value * (1 - 3 / (4 * (x.length + y.length - 2) - 1))),
    cohen_dz: each(fixture, (x, y) => s.cohenDPaired(x, y).value),
    cohen_dav: each(fixture, s.cohenDAverage),
    glass_delta: each(fixture, s.glassDelta),
    cliffs_delta: each(fixture, s.cliffsDelta),
    rank_biserial_paired: each(fixture, s.rankBiserialPaired),
  };
}

function kSamples(fixture: FixtureCase): Results {
  const data = Object.entries(fixture.inputValue<Record<string, number[][]>>("data"));
  const tests = {
    friedmanchisquare: s.friedman,
    kruskal: s.kruskalWallis,
    f_oneway: s.oneWayAnova,
    levene: s.levene,
    bartlett: s.bartlett,
  };
  return Object.fromEntries(
    Object.entries(tests).flatMap(([name, test]) => {
      const found = data.map(([key, samples]) => [key, test(samples)] as const);
      return [
        [`${name}_statistic`, Object.fromEntries(found.map(([key, { statistic }]) => [key, statistic]))],
        [`${name}_p`, Object.fromEntries(found.map(([key, { pValue }]) => [key, pValue]))],
      ];
    }),
  );
}

function mannWhitney(fixture: FixtureCase): Results {
  const { method, use_continuity: useContinuity } = fixture.parameters as {
    method: "exact" | "asymptotic";
    use_continuity: boolean;
  };
  return {
    ...testOfEach(fixture, "U", (x, y, alternative) => s.mannWhitneyU(x, y, { alternative, method, useContinuity })),
    U: each(fixture, (x, y) => s.mannWhitneyU(x, y, { method, useContinuity }).statistic),
  };
}

function adjusted(fixture: FixtureCase): Results {
  const alpha = fixture.parameters["alpha"] as number;
  const families = Object.entries(fixture.inputValue<Record<string, number[]>>("p"));
  const methods = Object.keys(fixture.expected).filter((name) => !name.endsWith("_reject"));
  return Object.fromEntries(
    methods.flatMap((method) => {
      const found = families.map(([name, p]) => [name, s.adjustP(p, method as s.AdjustMethod)] as const);
      const rejected = found.map(([name, p]) => [name, Array.from(p, (value) => value <= alpha)]);
      return [
        [method, Object.fromEntries(found)],
        [`${method}_reject`, Object.fromEntries(rejected)],
      ];
    }),
  );
}

function exactPermutations(fixture: FixtureCase): Results {
  const [x, y] = [fixture.input("x"), fixture.input("y")];
  const kinds = { independent: "independent", samples: "paired" } as const;
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([name, kind]) =>
      ALTERNATIVES.map((alternative) => [
        `p_${name}_${alternative}`,
        s.permutationTest(x, y, { kind, alternative, permutations: "all" }).pValue,
      ]),
    ),
  );
}

function suppliedPermutations(fixture: FixtureCase): Results {
  const draws = fixture.input("permutations") as Int32Array;
  const run = (alternative: "absolute" | "less" | "greater") =>
    s.permutationTest(fixture.input("x"), fixture.input("y"), { draws, alternative });
  return {
    statistic: run("absolute").statistic,
    p_two_sided: run("absolute").pValue,
    p_greater: run("greater").pValue,
    p_less: run("less").pValue,
  };
}

function ranksAndCorrelation(fixture: FixtureCase): Results {
  const methods = ["average", "min", "max", "dense", "ordinal"] as const;
  const tests = { pearsonr: s.pearsonTest, spearmanr: s.spearmanTest, kendalltau: s.kendallTest };
  return Object.fromEntries([
    ...methods.map((method) => [`rank_${method}`, each(fixture, (x) => s.rank(x, method))]),
    ...Object.entries(tests).flatMap(([name, test]) => [
      [`${name}_r`, each(fixture, (x, y) => test(x, y).statistic)],
      [`${name}_p`, each(fixture, (x, y) => test(x, y).pValue)],
    ]),
  ]) as Results;
}

function extremeT(fixture: FixtureCase): Results {
  const points = fixture.input("t_df");
  return {
    log_p: Array.from({ length: points.length / 2 }, (_, i) => s.logTwoSidedT(points[2 * i]!, points[2 * i + 1]!)),
  };
}

function independentT(fixture: FixtureCase): Results {
  const equalVariance = fixture.parameters["equal_var"] as boolean;
  return {
    ...testOfEach(fixture, "t", (x, y, alternative) => s.tTest(x, y, { equalVariance, alternative })),
    t: each(fixture, (x, y) => s.tTest(x, y, { equalVariance }).statistic),
    df: each(fixture, (x, y) => s.tTest(x, y, { equalVariance }).df),
    log_p_two_sided: each(fixture, (x, y) => s.tTest(x, y, { equalVariance }).logPValue),
    ci95: each(fixture, (x, y) => {
      const { low, high } = s.tTest(x, y, { equalVariance });
      return [low, high];
    }),
  };
}

function pairedT(fixture: FixtureCase): Results {
  return {
    ...testOfEach(fixture, "t", (x, y, alternative) => s.pairedTTest(x, y, { alternative })),
    t: each(fixture, (x, y) => s.pairedTTest(x, y).statistic),
    df: each(fixture, (x, y) => s.pairedTTest(x, y).df),
    log_p_two_sided: each(fixture, (x, y) => s.pairedTTest(x, y).logPValue),
    ci95_of_mean_difference: each(fixture, (x, y) => {
      const { low, high } = s.pairedTTest(x, y);
      return [low, high];
    }),
  };
}

function signedRank(fixture: FixtureCase): Results {
  const { zero_method, method, correction } = fixture.parameters as {
    zero_method: "wilcox" | "pratt" | "zsplit";
    method: "exact" | "approx";
    correction: boolean;
  };
  const options = { zeroMethod: zero_method, method, correction };
  return {
    ...testOfEach(fixture, "statistic", (x, y, alternative) => s.wilcoxonSignedRank(x, y, { ...options, alternative })),
    z: each(fixture, (x, y) => s.wilcoxonSignedRank(x, y, options).z),
  };
}
