"""Resident memory of a kernel: of its process and of every process it has started."""

from pathlib import Path


def process_tree(root):
    """Ids of a process and of all its descendants."""
    children = {}
    for entry in Path("/proc").glob("[0-9]*"):
        stat = _read(entry / "stat")
        if stat:
            parent = int(stat.rpartition(") ")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    tree = [root]
    for pid in tree:
        tree += children.get(pid, [])
    return tree


def resident(pid):
    """MB of one process: `pss` shares out the pages that several processes map, `rss` counts them in each."""
    sizes = {"pss": 0.0, "rss": 0.0}
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        name, _, size = line.partition(":")
        if name.lower() in sizes:
            sizes[name.lower()] = int(size.split()[0]) / 1024
    return sizes


def resident_of_tree(root):
    """MB of a process and all its descendants."""
    sizes = [resident(pid) for pid in process_tree(root)]
    return {kind: sum(size[kind] for size in sizes) for kind in ("pss", "rss")}


def _read(path):
    """A file of /proc; empty when its process has ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
