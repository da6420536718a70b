"""One life of one kernel: starts, round trips, printing, memory.

The argument is JSON: `argv` starts the kernel, `language` is "typescript" or "python". The outcome is one line of JSON:
samples by measure, in milliseconds, MB, lines, or lines per second.
"""

import json
import sys
import tempfile
import time

from cells import CELLS
from client import started
from memory import resident_of_tree

STARTS = 3
WARM_UP_CELLS = 5
WARM_UP_S = 5
ROUND_TRIPS = 200
TYPED_CELLS = 30
QUESTIONS = 50
LINES = [30_000, 100_000]


def start(argv, folder, samples):
    begin = time.perf_counter()
    with started(argv, folder) as client:
        # What is published before the subscription arrives is lost to any client: these two are timed by their replies.
        client.ask("kernel_info_request", until_idle=False)
        samples["kernel_info"].append((time.perf_counter() - begin) * 1e3)
        client.execute("1+1", until_idle=False)
        samples["first_result"].append((time.perf_counter() - begin) * 1e3)


def warm_up(client, cells):
    """The same for every kernel: some cells, and time for what loads behind them."""
    client.ask("kernel_info_request", until_idle=False)
    client.late()
    for i in range(WARM_UP_CELLS):
        client.execute(cells.typed(i))
    time.sleep(WARM_UP_S)
    for i in range(WARM_UP_CELLS):
        client.execute(cells.typed(100 + i))


def ask_at_end(client, kind, code):
    """Milliseconds that a question about the end of a text takes."""
    detail = {"detail_level": 0} if kind == "inspect_request" else {}
    return client.ask(kind, code=code, cursor_pos=len(code), **detail)[0]


def print_lines(client, cells, count):
    """Lines per second, until the last one is there, and lines lost."""
    begin = time.perf_counter()
    milliseconds, published = client.execute(cells.print_lines(count))
    late, end = client.late()
    seconds = milliseconds / 1e3 if end is None else end - begin
    texts = [m["content"]["text"] for m in published + late if m["msg_type"] == "stream"]
    arrived = sum(text.count("line ") for text in texts)
    return arrived / seconds, count - arrived


def live(argv, language, folder):
    cells = CELLS[language]
    samples = {"kernel_info": [], "first_result": []}
    for _ in range(STARTS):
        start(argv, folder, samples)
    with started(argv, folder) as client:
        warm_up(client, cells)
        after_start = resident_of_tree(client.pid)
        samples["one_plus_one"] = [client.execute("1+1")[0] for _ in range(ROUND_TRIPS)]
        samples["typed_cell"] = [client.execute(cells.typed(1000 + i))[0] for i in range(TYPED_CELLS)]
        client.execute(cells.sample)
        # Another text each time, as while someone types.
        samples["complete"] = [ask_at_end(client, "complete_request", f"{i}; sample.") for i in range(QUESTIONS)]
        samples["inspect"] = [ask_at_end(client, "inspect_request", f"{i}; sample") for i in range(QUESTIONS)]
        for count in LINES:
            rate, lost = print_lines(client, cells, count)
            samples[f"rate_{count}"] = [rate]
            samples[f"lost_{count}"] = [lost]
        at_end = resident_of_tree(client.pid)
    for kind in ("pss", "rss"):
        samples[f"{kind}_after_start"] = [after_start[kind]]
        samples[f"{kind}_at_end"] = [at_end[kind]]
    return samples


with tempfile.TemporaryDirectory(prefix="kernel-benchmark-") as folder:
    print(json.dumps(live(**json.loads(sys.argv[1]), folder=folder)))
