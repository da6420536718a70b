"""Many mixed cells in one kernel: does its memory stay flat, does it stay fast?

    .venv/bin/python benchmarks/kernels/soak.py [cells]

Prints the memory of each process of the kernel (PSS, MB), and the median time of a cell, after every tenth of the cells;
then the slope of each over the second half.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from client import started
from memory import process_tree, resident

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CELLS = 30_000
PERIODS = 10
# MB that a process may gain in a thousand cells and still count as flat. V8's young generation grows in steps, the last
# after some ten thousand cells: a verdict takes twice that.
FLAT_MB = 1.0

# What notebooks do, by kind; `{i}` makes every cell another one. Names come again after a hundred rounds.
KINDS = [
    "let count{n} = {i}; const label{n}: string = `cell {i}`;",
    "interface Row{n} {{ id: number; value: number }}\nconst rows{n}: Row{n}[] = [{{ id: {i}, value: {i} / 3 }}];",
    "function scale{n}(value: number): number {{ return value * {i}; }}\nscale{n}(2);",
    "class Box{n} {{ constructor(readonly value: number) {{}} double() {{ return this.value * 2; }} }}\nnew Box{n}({i});",
    "for (let k = 0; k < 50; k++) console.log(`line ${{k}} of {i}`);",
    'console.error("warned in {i}"); [{i}, {i} + 1].map((x) => x ** 2);',
    "display.html(`<b>{i}</b>`); display.markdown(`*{i}*`);",
    "await new Promise((done) => setTimeout(done, 1)); new Map([[{i}, {{ nested: [{i}] }}]]);",
    'import {{ join as join{n} }} from "node:path";\njoin{n}("a", "{i}");',
    'setTimeout(() => console.log("late {i}"), 2);',
]
FAILING = [
    'throw new Error("thrown in {i}");',
    "const wrong{i}: number = `text {i}`;",
    "let x = ;; // {i}",
]
FAILS_EVERY = 13


def cell(i):
    """The code of a cell, and whether it is to fail."""
    fails = i % FAILS_EVERY == 0
    kinds = FAILING if fails else KINDS
    return kinds[i % len(kinds)].format(i=i, n=i // len(kinds) % 100), fails


def sample(root):
    """PSS by process: the front first, then those it has started."""
    sizes = {}
    for pid in process_tree(root):
        command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        name = next((Path(part).parent.name for part in command if part.endswith("main.js")), "other")
        sizes[name] = sizes.get(name, 0) + resident(pid)["pss"]
    return sizes


def slope(points):
    """Gain for each thousand cells, by least squares."""
    return statistics.linear_regression(*zip(*points)).slope * 1000


def soak(cells):
    history = {}
    with tempfile.TemporaryDirectory() as folder, started(
        ["node", str(ROOT / "dist/kernel/main.js"), "{connection_file}"], folder
    ) as client:
        client.ask("kernel_info_request", until_idle=False)
        # The compiler loads behind the first cells, which run unchecked.
        while client.try_execute("const wrong: number = 'text'")[1]["status"] == "ok":
            time.sleep(1)
        times = []
        for i in range(1, cells + 1):
            code, fails = cell(i)
            milliseconds, reply, _ = client.try_execute(code)
            if (reply["status"] == "error") != fails:
                raise AssertionError(f"cell {i} ended as {reply}:\n{code}")
            times.append(milliseconds)
            if i % (cells // PERIODS) == 0:
                sizes = sample(client.pid)
                print(f"{i:>7,} cells  {statistics.median(times):6.1f} ms  ", end="")
                print("  ".join(f"{name} {size:.0f}" for name, size in sizes.items()), flush=True)
                for name, size in sizes.items():
                    history.setdefault(name, []).append((i, size))
                times = []
    for name, points in history.items():
        if len(points) < PERIODS:
            continue
        gain = slope(points[len(points) // 2 :])
        print(f"{name}: {gain:+.2f} MB a thousand cells, {'flat' if gain < FLAT_MB else 'NOT flat'}")


soak(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_CELLS)
