"""What every peer's program shares: load, say ready, then one timed run for each line on stdin."""

import json
import sys
import time
from collections.abc import Callable


def serve(run: Callable[[], dict]) -> None:
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        result = run()
        milliseconds = (time.perf_counter() - start) * 1e3
        print(json.dumps({"milliseconds": milliseconds, "result": result}), flush=True)
