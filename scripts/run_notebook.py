"""Runs one notebook through its kernel and tells what happens as JSON lines on standard output.

Events: {"event": "start", "cells"}, {"event": "cell", "cell", "source"}, {"event": "output", "cell", "name", "text"},
{"event": "finished", "cell", "seconds"}, and at the end one of {"event": "done", "peak_bytes"} or
{"event": "failed", "cell", "ename", "evalue", "traceback"}. Cells are code cells, counted from 1. The notebook is
written to its target in either case. The run ends, and its kernel with it, when standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def own_output() -> TextIO:
    """Standard output for the events alone; kernels inherit it and may write to it, so theirs goes to standard error."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return events


EVENTS = own_output()


def tell(event: str, **fields: Any) -> None:
    print(json.dumps({"event": event, **fields}), file=EVENTS, flush=True)


def peak_bytes() -> int | None:
    """Peak memory of the largest living process below this one; None where there is no /proc to tell it."""
    parents: dict[int, int] = {}
    peaks: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text(errors="replace").splitlines())
        except OSError:  # it has ended meanwhile
            continue
        pid = int(status.parent.name)
        parents[pid] = int(fields["PPid"])
        if "VmHWM" in fields:
            peaks[pid] = int(fields["VmHWM"].split()[0]) * 1024

    def is_below(pid: int) -> bool:
        while pid in parents:
            pid = parents[pid]
            if pid == os.getpid():
                return True
        return False

    return max((peak for pid, peak in peaks.items() if is_below(pid)), default=None)


class Runner(NotebookClient):
    """A notebook client that tells of each code cell and relays what it prints."""

    number = 0
    began = 0.0
    peak: int | None = None
    ended_from_outside = False

    def began_cell(self, cell: Any, cell_index: int) -> None:
        self.number = sum(c.cell_type == "code" for c in self.nb.cells[: cell_index + 1])
        self.began = time.monotonic()
        lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
        tell("cell", cell=self.number, source=lines[0] if lines else "")

    def ended_cell(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        self.peak = peak_bytes()  # While the kernel lives: it kills its session, so no count of ended children has it.
        if execute_reply["content"]["status"] == "ok":
            tell("finished", cell=self.number, seconds=time.monotonic() - self.began)

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        if msg["msg_type"] == "stream":
            content = msg["content"]
            tell("output", cell=self.number, name=content["name"], text=content["text"])
        return super().output(outs, msg, display_id, cell_index)


def end_with_input(runner: Runner, loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    """Cancels the run when the caller closes standard input, or is gone."""

    def end() -> None:
        runner.ended_from_outside = True
        task.cancel()

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        loop.call_soon_threadsafe(end)

    threading.Thread(target=watch, daemon=True).start()


def describe(error: BaseException, runner: Runner) -> dict[str, str]:
    """Name, message and traceback of what ended a run; a cancelled run looks like a dead kernel to nbclient."""
    if runner.ended_from_outside:
        return dict(ename="Interrupted", evalue="the run was ended from outside", traceback="")
    if isinstance(error, CellExecutionError):
        outputs = [output for cell in runner.nb.cells for output in cell.get("outputs", [])]
        lines = [line for output in outputs if output.output_type == "error" for line in output.traceback]
        return dict(ename=error.ename, evalue=error.evalue, traceback="\n".join(lines))
    if isinstance(error, DeadKernelError):
        why = "the kernel ended without an answer; the machine may be out of memory"
        return dict(ename="KernelDied", evalue=why, traceback="")
    return dict(ename=type(error).__name__, evalue=str(error), traceback="")


def write(notebook: Any, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    nbformat.write(notebook, partial)
    partial.replace(target)


async def run(source: Path, target: Path, kernel: str) -> int:
    notebook = nbformat.read(source, as_version=4)
    runner = Runner(
        notebook,
        kernel_name=kernel,
        timeout=None,
        startup_timeout=120,
        resources={"metadata": {"path": str(source.parent)}},
    )
    runner.on_cell_execute = runner.began_cell
    runner.on_cell_executed = runner.ended_cell
    tell("start", cells=sum(c.cell_type == "code" for c in notebook.cells))
    task = asyncio.ensure_future(runner.async_execute())
    end_with_input(runner, asyncio.get_running_loop(), task)
    failure: BaseException | None = None
    try:
        await task
    except (Exception, asyncio.CancelledError) as error:
        failure = error
    write(notebook, target)
    if failure:
        tell("failed", cell=runner.number, **describe(failure, runner))
        return 1
    tell("done", peak_bytes=runner.peak)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Run one notebook; progress as JSON lines.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--kernel", default="diffrepairer")
    arguments = parser.parse_args()
    sys.exit(asyncio.run(run(arguments.source.resolve(), arguments.target.resolve(), arguments.kernel)))
