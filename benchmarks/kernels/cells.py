"""What the kernels are given to run: the same work in TypeScript and in Python."""

from collections.abc import Callable
from dataclasses import dataclass

_TYPED_TYPESCRIPT = """\
interface Gene {
  readonly id: string;
  readonly symbol: string;
  readonly counts: readonly number[];
}

type Summary = { mean: number; variance: number; detected: number };

class Table<K extends string, V> {
  private readonly rows = new Map<K, V>();

  set(key: K, value: V): this {
    this.rows.set(key, value);
    return this;
  }

  map<W>(change: (value: V, key: K) => W): Table<K, W> {
    const changed = new Table<K, W>();
    for (const [key, value] of this.rows) changed.set(key, change(value, key));
    return changed;
  }

  values(): V[] {
    return [...this.rows.values()];
  }
}

function summarize(counts: readonly number[]): Summary {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  return { mean, variance, detected: counts.filter((count) => count > 0).length };
}

const genes: Gene[] = Array.from({ length: 20 }, (_, i) => ({
  id: `ENSG${String(i + $N).padStart(11, "0")}`,
  symbol: `GENE${i}`,
  counts: Array.from({ length: 50 }, (_, cell) => (i * cell * $N) % 17),
}));

const table = new Table<string, Gene>();
for (const gene of genes) table.set(gene.symbol, gene);

const summaries = table.map((gene) => summarize(gene.counts));
const best = summaries
  .values()
  .filter(({ detected }) => detected > 10)
  .sort((a, b) => b.variance - a.variance)
  .slice(0, 5);
const total: number = best.reduce((sum, { mean }) => sum + mean, $N);
total.toFixed(3);
"""

_TYPED_PYTHON = """\
from collections.abc import Callable
from dataclasses import dataclass

@dataclass(frozen=True)
class Gene:
    id: str
    symbol: str
    counts: list[int]

@dataclass(frozen=True)
class Summary:
    mean: float
    variance: float
    detected: int

class Table:
    def __init__(self) -> None:
        self.rows: dict[str, object] = {}

    def set(self, key: str, value: object) -> "Table":
        self.rows[key] = value
        return self

    def map(self, change: Callable) -> "Table":
        changed = Table()
        for key, value in self.rows.items():
            changed.set(key, change(value, key))
        return changed

    def values(self) -> list:
        return list(self.rows.values())

def summarize(counts: list[int]) -> Summary:
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    return Summary(mean, variance, len([count for count in counts if count > 0]))

genes = [
    Gene(f"ENSG{i + $N:011d}", f"GENE{i}", [(i * cell * $N) % 17 for cell in range(50)]) for i in range(20)
]

table = Table()
for gene in genes:
    table.set(gene.symbol, gene)

summaries = table.map(lambda gene, _: summarize(gene.counts))
detected = [summary for summary in summaries.values() if summary.detected > 10]
best = sorted(detected, key=lambda summary: -summary.variance)[:5]
total: float = sum((summary.mean for summary in best), $N)
f"{total:.3f}"
"""


@dataclass(frozen=True)
class Cells:
    """The cells of one language."""

    typed: Callable[[int], str]
    """Some fifty lines that declare types, classes and functions; every number makes another cell."""
    sample: str
    """Declares `sample`, of which completion and inspect are then asked."""
    print_lines: Callable[[int], str]


CELLS = {
    "typescript": Cells(
        typed=lambda number: _TYPED_TYPESCRIPT.replace("$N", str(number + 1)),
        sample='const sample = { alpha: 1, beta: "two", gamma: [3] };',
        print_lines=lambda count: f'for (let i = 0; i < {count}; i++) console.log("line " + i);',
    ),
    "python": Cells(
        typed=lambda number: _TYPED_PYTHON.replace("$N", str(number + 1)),
        sample='import types\nsample = types.SimpleNamespace(alpha=1, beta="two", gamma=[3])',
        print_lines=lambda count: f'for i in range({count}):\n    print("line " + str(i))',
    ),
}
