"""What lists of N cases cost, in this process: `python -m tests.benchmarks.browse 100000 [DATABASE]`.

A database that is named is made once and used again. Best of several; CPU seconds, because machines are shared.
"""

import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.big_store import build

from evaltui.domain.query import Query, parse
from evaltui.loop.browse import Index, browse, lines, tag_slices
from evaltui.store.database import open_store
from evaltui.store.runs import run

REPEATS = 5
PAGE = 64
FILTERS = ("broke", "fail", "tag:refund", "critical", "group:group-1*", "0007", "reason:refund", "drop>0.5", "turns>1")


def main(cases: int, database: Path) -> None:
    if not database.exists():
        build(database, cases)
    with open_store(database) as store:
        newer, older = run(store, 2), run(store, 1)
        assert newer is not None and older is not None
        for against, name in ((None, "one run"), (older, "two runs")):
            for sort in ("worst", "id", "position", "value", "cost"):
                said(f"{name}, {sort}", partial(browse, store, newer, against, sort=sort))
        whole = browse(store, newer, older)
        for text in FILTERS:
            said(f"two runs, {text}", partial(browse, store, newer, older, query(text), counts=whole.counts))
        said("slices by tag", partial(tag_slices, store, newer, older))
        for start in (0, cases // 2):
            page = whole.keys[start : start + PAGE]
            said(f"{PAGE} lines from {start:,}", partial(lines, store, newer, older, page))
        print(f"memory of the index of two runs: {memory(partial(browse, store, newer, older)) / 1e6:.1f} MB")


def query(text: str) -> Query:
    found = parse(text)
    assert isinstance(found, Query), found
    return found


def said(name: str, act: Callable[[], object]) -> None:
    """The best time of one act."""
    best = min(timed(act) for _ in range(REPEATS))
    print(f"{name:<28}{best * 1000:9.1f} ms CPU")


def timed(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def memory(act: Callable[[], Index]) -> int:
    """The most that was held on the way to an index, in bytes."""
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory(prefix="evaltui-bench-") as folder:
            main(int(sys.argv[1]), Path(folder) / "big.db")
