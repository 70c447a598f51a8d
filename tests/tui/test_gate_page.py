"""The Gate view as lines: whatever the run is like and however little room there is, the verdict comes first."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.releases import RunDesk, desk

from evaltui.domain.query import Query, parse
from evaltui.domain.run import Run
from evaltui.loop.gate_view import GateView, Stage, counts_of, gate_view
from evaltui.loop.promote import promote
from evaltui.store.database import Store
from evaltui.tui.gate_page import VERDICTS, Page
from evaltui.tui.widgets.columns import spans_of

Drawn = Callable[..., list[str]]
SIZES = [(60, 13), (80, 21), (120, 33), (200, 90), (22, 3)]


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Stage, GateView]]:
    """One view for each stage."""
    with desk(tmp_path_factory.mktemp("stages")) as (made, store, run):
        made.write(critical=["c003"])
        yield dict(_staged(store, run))


def _staged(store: Store, run: RunDesk) -> Iterator[tuple[Stage, GateView]]:
    first = run(wrong=(7, 8, 9))
    yield "first", gate_view(store, first)
    promote(store, first, note="so it begins")
    yield "baseline", gate_view(store, first)
    yield "fail", gate_view(store, run(wrong=(3, 4)))
    yield "pass", gate_view(store, run(wrong=(7,)))
    yield "incomplete", gate_view(store, run(broken=(5,)))
    yield "unfinished", gate_view(store, run(finish=False))


def text(page: Page, width: int = 120, height: int = 33, key: object = None) -> list[str]:
    return ["".join(text for text, _ in spans_of(row.line)).rstrip() for row in page(width, height, key)]


@pytest.mark.parametrize("stage", VERDICTS)
def test_the_verdict_is_the_first_thing_said_where_there_is_little_room(
    views: dict[Stage, GateView], stage: Stage
) -> None:
    glyph, word, _ = VERDICTS[stage]
    lines = text(Page(views[stage]), 80, 8)
    assert lines[0].startswith(f"  ▌ {glyph} {word}")
    assert views[stage].headline.split()[0] in lines[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", VERDICTS)
def test_no_line_is_wider_than_its_place(views: dict[Stage, GateView], stage: Stage, size: tuple[int, int]) -> None:
    assert max(map(len, text(Page(views[stage]), *size))) <= max(size[0], 24)


@pytest.mark.parametrize("stage", VERDICTS)
def test_everything_fits_a_terminal_of_80_by_24(views: dict[Stage, GateView], stage: Stage) -> None:
    assert len(text(Page(views[stage]), 80, 21)) <= 21


def test_a_blocked_run_shows_the_check_its_cases_the_evidence_and_the_key_to_press(
    views: dict[Stage, GateView],
) -> None:
    lines = text(Page(views["fail"], keys={"open": "enter"}))
    order = [next(at for at, line in enumerate(lines) if words in line) for words in
             ("1 critical case that passed now fails", "✗ critical", "◆ c003", "evidence", "next")]  # fmt: skip
    assert order == sorted(order)
    assert "enter  look at the 1 case that decided, worst first" in lines[-1]


def test_the_cases_shown_are_those_of_the_check_under_the_cursor(views: dict[Stage, GateView]) -> None:
    page = Page(views["fail"])
    assert any("complete: every sample has a score" in line for line in text(page, key=("check", "complete")))
    assert not any("◆ c003" in line for line in text(page, key=("check", "complete")))
    assert any("◆ c003" in line for line in text(page, key=("case", "critical", "c003")))


def test_what_happened_to_the_cases_is_counted_with_glyph_and_word(views: dict[Stage, GateView]) -> None:
    lines = "\n".join(text(Page(views["pass"])))
    assert "✓ 2 fixed  ✗ 0 broke" in lines


def test_a_baseline_tells_who_promoted_it_and_why(views: dict[Stage, GateView]) -> None:
    assert any(
        "★ the baseline, promoted by" in line and "so it begins" in line for line in text(Page(views["baseline"]))
    )


def test_a_run_under_way_counts_samples_and_invents_no_percentage(views: dict[Stage, GateView]) -> None:
    lines = "\n".join(text(Page(views["unfinished"])))
    assert "0 of 20 samples scored" in lines and "20 not sent" in lines and "%" not in lines


@pytest.mark.parametrize("stage", VERDICTS)
def test_every_check_leads_to_a_filter_that_can_be_read(views: dict[Stage, GateView], stage: Stage) -> None:
    assert all(isinstance(parse(check.query), Query) for check in views[stage].checks)


def test_where_there_is_room_the_verdict_is_written_large(views: dict[Stage, GateView]) -> None:
    lines = text(Page(views["fail"]), 120, 33)
    assert lines[0] == "" and all(line.startswith("  ▌ ") for line in lines[1:4]) and "█▀▄" in lines[1]


def test_an_incomplete_check_says_in_full_what_is_missing(views: dict[Stage, GateView]) -> None:
    lines = "\n".join(text(Page(views["incomplete"])))
    assert "1 of 20 samples of run 4 has no score" in lines and "open it for the cases that are meant" in lines
    assert "no case speaks against it" not in lines


def test_hostile_reasons_and_names_reach_no_line_as_they_are(views: dict[Stage, GateView]) -> None:
    view = views["fail"]
    checks = [
        replace(check, cases=tuple(replace(case, reason="\x1b[2J[@click=app.quit]\n\u202e") for case in check.cases))
        for check in view.checks
    ]
    nasty = replace(view, headline="\x1b]0;x\x07 [/x]", checks=tuple(checks), run=_renamed(view.run))
    assert all(line.isprintable() for line in text(Page(nasty)))


def _renamed(run: Run) -> Run:
    return replace(run, agent="\x1b[31m\u202eagent", model="[bold]", only="\x00")


def test_every_case_is_counted_once(tmp_path: Path) -> None:
    with desk(tmp_path) as (_, store, run):
        first = run(wrong=(1,))
        promote(store, first)
        second = run(wrong=(2, 3))
        counts = counts_of(store, second, first)
        lines = "\n".join(text(Page(gate_view(store, second), counts)))
        assert "✓ 1 fixed  ✗ 2 broke  = 17 same" in lines
