"""The gate costs nothing until it is asked."""

import subprocess
import sys

BARE = "import sys, evaltui.gate.decide, evaltui.gate.intervals, evaltui.compare.textdiff\n"
LOADED = "print([name for name in ('numpy', 'scipy', 'scipy.stats') if name in sys.modules])"
IDENTICAL = """
from evaltui.domain.verdict import Graded, Pair
one = Graded(1, 1, 0, 1.0)
evaltui.gate.estimate.estimate('pass_rate', [Pair(str(i), 'same', one, one) for i in range(50)])
"""
DIFFERENT = """
from evaltui.domain.verdict import Graded, Pair
one = Graded(1, 2, 0, 1.0)
evaltui.gate.estimate.estimate('pass_rate', [Pair(str(i), 'same', one, one) for i in range(50)])
"""


def loaded_after(program: str) -> str:
    command = [sys.executable, "-c", BARE + program + LOADED]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_importing_the_gate_imports_no_numeric_library() -> None:
    assert loaded_after("") == "[]\n"


def test_two_equal_runs_of_passes_and_failures_need_none_either() -> None:
    assert loaded_after(IDENTICAL) == "[]\n"


def test_the_statistics_package_of_scipy_is_never_imported() -> None:
    assert "'scipy'" in loaded_after(DIFFERENT) and "stats" not in loaded_after(DIFFERENT)
