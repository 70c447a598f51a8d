"""Many samples: right to the last one, in memory that does not grow with them."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("scale.py")
N = 20_000
GROWTH_BYTES = 28_000_000  # 17 MB at any number of samples, and half a kilobyte for each: not its reply of 2 KB


def test_a_run_of_twenty_thousand_samples_is_right_and_streams(path):
    command = [sys.executable, str(SCRIPT), str(path), str(N)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    facts = dict(line.split("=") for line in shown.stdout.split())
    growth = int(facts.pop("growth"))
    every = dict.fromkeys(("matched", "scored", "graded", "pairs", "same", "replies"), str(N))
    assert facts == {**every, "broke": str(N // 10)}
    assert growth < GROWTH_BYTES, f"memory grew by {growth:,} bytes"
