"""What stories and pictures are told on is what it says it is."""

from pathlib import Path

from tests.tui.elsewhere import PAYLOADS

from evaltui.loop.project import STATE
from evaltui.store.cases import case_rows
from evaltui.store.database import open_store
from evaltui.store.runs import runs


def standings(project: Path) -> list[tuple[str, int, int, str | None]]:
    with open_store(project / STATE) as store:
        return [(row.run.evalset, row.passed, row.failed, row.verdict) for row in runs(store)]


def test_the_story_ends_with_two_blocked_gates_after_three_releases(project: Path) -> None:
    found = standings(project)
    assert [(evalset, verdict) for evalset, _, _, verdict in found[::2]] == [
        ("refund-agent", "fail"), ("support-desk", "fail"), ("support-desk", "fail"),
    ]  # fmt: skip
    with open_store(project / STATE) as store:
        assert {Path(row.run.folder).parents[1] for row in runs(store)} == {project}


def test_every_hostile_case_fails_or_has_no_reply(hostile: Path) -> None:
    assert standings(hostile)[0] == ("hostile", 0, len(PAYLOADS) - 1, "fail")


def test_the_big_project_has_two_runs_that_differ(big: Path) -> None:
    assert [(passed, verdict) for _, passed, _, verdict in standings(big)] == [(9_167, "fail"), (9_000, None)]
    with open_store(big / STATE) as store:
        assert case_rows(store, 2)
