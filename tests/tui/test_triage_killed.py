"""The real program in a real terminal, killed in the middle of triage."""

import re
from pathlib import Path

import pytest
from tests.tui.big import write_big
from tests.tui.terminal import Terminal, terminal

from evaltui.loop.project import STATE
from evaltui.store.acts import to_undo
from evaltui.store.database import open_store
from evaltui.store.findings import findings

CASES = 740


def counted(shown: Terminal) -> int:
    found = re.search(r"(\d+) of 62 judged", shown.text)
    return int(found[1]) if found else -1


@pytest.mark.parametrize("keys", [1, 12])
def test_a_kill_in_the_middle_of_triage_loses_no_key_that_was_seen(tmp_path: Path, keys: int) -> None:
    write_big(tmp_path, CASES)
    with terminal(tmp_path) as shown:
        shown.sees("run 2")
        shown.press("4")
        shown.sees("0 of 62 judged", "✗ category")
        shown.press(*"x" * keys)
        while (seen := counted(shown)) < max(1, keys // 2):
            assert shown.read(30.0)
        shown.kill()
    with open_store(tmp_path / STATE) as store:
        kept, last = findings(store, 2), to_undo(store, 2)
        assert seen <= len(kept) <= keys and {one.label for one in kept.values()} == {"real"}
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with terminal(tmp_path) as shown:
        shown.sees("run 2")
        shown.press("4")
        shown.sees(f"{len(kept)} of 62 judged")
        shown.press("u")
        shown.sees(f"taken back: {last.words}" if last else "", f"{len(kept) - 1} of 62 judged")
        shown.press("q")
        assert shown.leaves() == 0
