"""The History view as lines."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.releases import desk

from evaltui.gate.history import Direction
from evaltui.loop.promote import promote
from evaltui.loop.trend import History, history_of
from evaltui.tui.history_page import DIRECTIONS, Page
from evaltui.tui.widgets.columns import spans_of


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with desk(tmp_path_factory.mktemp("past")) as (_, store, run):
        promote(store, run(wrong=range(9)), note="the first one")
        for wrong in (range(7), range(3), range(1)):
            run(wrong=wrong)
        run(only="id:c001")
        yield history_of(store, "desk")


def text(rows: object) -> list[str]:
    return ["".join(part for part, _ in spans_of(row.line)).rstrip() for row in rows]  # type: ignore[attr-defined]


def test_whether_the_score_moves_is_said_first_and_then_drawn(history: History) -> None:
    lines = text(Page(history, 4).head(120, 20, 1))
    assert lines[1].startswith("  ▌ ↗ rising: +42.0 points over 4 releases")
    assert "pass rate of desk over 5 runs · 20 cases in all of 4" in lines[2]
    assert sum(line.count("★") for line in lines) == 1 and sum(line.count("○") for line in lines) == 1
    assert "▲" in lines[-5]
    assert lines[-1].split() == ["run", "state", "score", "95", "%", "interval", "when", "agent"]


def test_the_newest_release_is_listed_first_with_what_became_of_it(history: History) -> None:
    lines = text(Page(history, 4).rows(120, 20, None))
    assert [line.split()[0] for line in lines] == ["5", "▸", "3", "2", "1"]
    assert "○ it asked only some of the cases" in lines[0]
    assert "✓ pass" in lines[1] and "95.0 %" in lines[1]
    assert "★ baseline" in lines[4] and "★ the first one · " in lines[4]


def test_while_the_trend_is_not_known_the_releases_are_drawn_already(history: History) -> None:
    lines = text(Page(replace(history, trend=None)).head(120, 20, None))
    assert "looking at every case of every run" in lines[1]
    assert sum(line.count("●") for line in lines) == 3


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_direction_has_a_mark_besides_its_colour(history: History, direction: Direction) -> None:
    assert history.trend is not None
    trend = replace(history.trend, direction=direction, words=f"{direction}: …")
    lines = text(Page(replace(history, trend=trend)).head(80, 20, None))
    assert lines[1].startswith(f"  ▌ {DIRECTIONS[direction][0]} {direction}")


@pytest.mark.parametrize("size", [(60, 10), (80, 14), (120, 22), (300, 60), (24, 4)])
def test_nothing_is_wider_than_its_place(history: History, size: tuple[int, int]) -> None:
    page: Page = Page(history, 2)
    makers: list[Callable[..., object]] = [page.head, page.rows]
    for make in makers:
        assert max(map(len, text(make(*size, 2)))) <= max(size[0], 24)


def test_more_releases_than_fit_are_drawn_around_the_one_in_focus(history: History) -> None:
    many = tuple(
        replace(release, run=replace(release.run, id=10 * turn + place))
        for turn in range(1, 20)
        for place, release in enumerate(history.releases)
    )
    page = Page(replace(history, releases=many))
    assert "104" in " ".join(text(page.head(80, 16, 104))[-4:-2])
    assert "194" in " ".join(text(page.head(80, 16, None))[-4:-2])


def test_hostile_notes_and_names_are_inert(history: History) -> None:
    nasty = replace(history.releases[0].promotions[0], note="\x1b[2J[/x]\n", who="\u202eevil")
    releases = (replace(history.releases[0], promotions=(nasty,)), *history.releases[1:])
    page = Page(replace(history, releases=releases))
    assert all(line.isprintable() for line in text(page.rows(120, 20, None)))
