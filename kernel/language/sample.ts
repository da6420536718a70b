/** A cell that touches what nearly every cell touches: checked once, TypeScript is ready for others. */
export const SAMPLE = `interface Sample { readonly name: string; values: Float64Array; group?: number }
enum Mode { Fast = "fast", Exact = "exact" }
type Metric = (a: ArrayLike<number>, b: ArrayLike<number>) => number;
class Store<T extends { name: string }> {
  readonly #items = new Map<string, T>();
  constructor(items: Iterable<T> = []) { for (const item of items) this.#items.set(item.name, item); }
  get(name: string): T | undefined { return this.#items.get(name); }
  *filter(test: (item: T) => boolean): Generator<T> { for (const item of this.#items.values()) if (test(item)) yield item; }
}
const samples: Sample[] = Array.from({ length: 9 }, (_, i) => ({ name: \`n\${i}\`, values: Float64Array.of(i, i % 2) }));
const store = new Store<Sample>(samples);
const euclid: Metric = (a, b) => Math.hypot(...Array.from(a, (x, i) => x - (b[i] ?? 0)));
const ranked = samples.map((s) => ({ ...s, d: euclid(s.values, samples[0]!.values) })).sort((x, y) => x.d - y.d).filter(({ d }) => d > 0);
async function load<K extends string>(names: readonly K[]): Promise<Record<K, number | undefined>> {
  return Object.fromEntries(names.map((name) => [name, store.get(name)?.values[0]] as const)) as Record<K, number | undefined>;
}
const loaded = await load(["n1", "n2"] as const);
try { console.log(JSON.stringify(loaded), ranked.length, [...store.filter((s) => s.group === undefined)].length); } catch (error) { throw new Error("x", { cause: error }); }
loaded.n1 ? Mode.Fast : Mode.Exact`;
