"""100,000 samples: right to the last one, in memory that does not grow with them."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("scale.py")
GROWTH_BYTES = 60_000_000


def test_a_run_of_a_hundred_thousand_samples_is_right_and_streams(path):
    shown = subprocess.run([sys.executable, str(SCRIPT), str(path)], capture_output=True, text=True, check=True)
    facts = dict(line.split("=") for line in shown.stdout.split())
    growth = int(facts.pop("growth"))
    hundred_thousand = dict.fromkeys(("matched", "scored", "graded", "pairs", "same", "replies"), "100000")
    assert facts == {**hundred_thousand, "broke": "10000"}
    # Held whole, the reply bodies alone would be 200 MB.
    assert growth < GROWTH_BYTES, f"memory grew by {growth:,} bytes"
