"""Exit codes, and the only place where an exception becomes one.

0 pass · 1 the gate failed · 2 usage or bad input · 3 incomplete: batch pending, provider fault, too little evidence
"""

from enum import IntEnum

from evaltui.domain.errors import BadInput, Busy, EvaltuiError, Stopped
from evaltui.domain.verdict import Status


class Exit(IntEnum):
    """Nothing else is ever returned."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    INCOMPLETE = 3


OF_STATUS: dict[Status, Exit] = {"pass": Exit.PASS, "fail": Exit.FAIL, "incomplete": Exit.INCOMPLETE}


def of_error(error: EvaltuiError) -> Exit:
    """Another process at work and a provider that says stop can be resumed; all else is for the person to mend."""
    return Exit.INCOMPLETE if isinstance(error, (Busy, Stopped)) else Exit.USAGE


def words(error: EvaltuiError) -> list[str]:
    """The lines to print for an error."""
    if isinstance(error, BadInput):
        count = len(error.problems)
        return [*(str(problem) for problem in error.problems), f"{count} problem{'s' if count != 1 else ''}"]
    return [f"Error: {error}"]
