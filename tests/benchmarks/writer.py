"""Writes to a project from outside while an app looks: `python -m tests.benchmarks.writer FOLDER COUNT PER_SECOND`."""

import sys
import time
from pathlib import Path

from evaltui.loop.project import STATE
from evaltui.store.database import open_store
from evaltui.store.verdicts import add_verdict, latest_verdict


def main(folder: Path, count: int, rate: float) -> None:
    with open_store(folder / STATE) as store:
        found = latest_verdict(store, 1)
        assert found
        begun = time.perf_counter()
        for number in range(count):
            with store.transaction():
                add_verdict(store, 1, found.baseline_run_id, found.body, found.status, found.decided_at)
            time.sleep(max(0.0, begun + (number + 1) / rate - time.perf_counter()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
