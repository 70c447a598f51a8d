"""Several programs on one database: what a person judged in one, everybody sees."""

import re
from pathlib import Path
from time import monotonic

from tests.tui.terminal import PATIENCE, Terminal, terminal

JUDGED = re.compile(r"(\d+) of (\d+) judged")


def triaging(opened: Terminal) -> int:
    """In the triage view; how many cases are judged."""
    opened.sees("evaltui")
    opened.press("4")
    return judged(opened, None)


def judged(opened: Terminal, wanted: int | None) -> int:
    """Wait until so many (None: any number) are judged; the number."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        found = JUDGED.search(opened.text)
        if found and wanted in (None, int(found[1])):
            return int(found[1])
        opened.read(0.5)
    raise AssertionError(f"{wanted} judged was not seen; the screen:\n{opened.text}")


def test_two_apps_on_one_database_see_what_the_other_judges(project: Path) -> None:
    with terminal(project) as one, terminal(project) as other:
        assert (triaging(one), triaging(other)) == (0, 0)
        one.press("x")
        judged(one, 1)
        judged(other, 1)
        other.press("j", "a")
        judged(other, 2)
        judged(one, 2)
        one.press("u")
        judged(other, 1)
