"""The exceptions of evaltui; `cli/exits.py` alone maps them to exit codes.

    EvaltuiError
    ├─ BadInput          files or arguments a person wrote are wrong: carries every Problem found   (exit 2)
    ├─ Unknown           a run, case or evalset that was named does not exist                        (exit 2)
    ├─ Refused           an act the program will not do, with what to do instead                     (exit 2)
    ├─ DatabaseRefused   the state file cannot be used: newer program, not ours, damaged             (exit 2)
    ├─ Busy              another process is driving this run                                         (exit 3)
    └─ Stopped           the provider said stop: key, permission, billing, spending limit            (exit 3)

Expected failures of requests and scorers are values (`Errored`, `Unscored`, `Fault`), never exceptions.
"""

from evaltui.domain.problem import Problem, in_order


class EvaltuiError(Exception):
    """The root: `str(error)` is a sentence for a person that says what to do."""


class BadInput(EvaltuiError):
    """What a person wrote cannot be used; every problem is listed at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Unknown(EvaltuiError):
    """Something was named that does not exist."""


class Refused(EvaltuiError):
    """The act was understood and will not be done."""


class DatabaseRefused(EvaltuiError):
    """The state file cannot be opened safely."""


class Busy(EvaltuiError):
    """Another process holds this run."""


class Stopped(EvaltuiError):
    """The provider refuses to go on until a person acts."""
