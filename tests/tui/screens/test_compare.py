"""The Compare view told as stories: which cases differ, in what, and what became of them."""

from pathlib import Path

import pytest
from tests.tui.person import Person, told
from tests.tui.scenes import drawn

from evaltui.loop.project import STATE
from evaltui.store.database import open_store
from evaltui.store.runs import run as run_by_id
from evaltui.tui.screens.compare import CompareView
from evaltui.tui.subject import Subject
from evaltui.tui.view import View

NEXT_TAB, TAB_BEFORE = "right_square_bracket", "left_square_bracket"
"""The first tab that differs is open; in the story that is the second, so TAB_BEFORE shows the outputs."""


def view(person: Person) -> CompareView:
    assert isinstance(person.app.screen, CompareView)
    return person.app.screen


def name(person: Person) -> str:
    assert isinstance(person.app.screen, View)
    return person.app.screen.NAME


def detail(person: Person) -> list[str]:
    """What is right of the list."""
    left = view(person).detail.region.x
    return [strip.crop(left, None).text.rstrip() for strip in drawn(person.app)]


def test_the_worst_cases_come_first_with_how_many_there_are_of_each_kind_and_how_sure_the_difference_is(
    story: Path,
) -> None:
    async def tell(person: Person) -> None:
        await person.press("3")
        screen = await person.sees("−66.3 points (95 %: −86.1 to −43.3)  worse")
        lines = screen.splitlines()
        assert "refund-agent › run 5 → run 6" in lines[0]
        assert "✗ 56 broke · ✓ 1 fixed · = 26 same" in lines[1]
        assert lines[3].split()[:4] == ["✗", "broke", "◆", "declined-frost-damage"]

    told(story, tell)


def test_the_case_under_the_cursor_is_shown_with_what_became_of_it_and_why(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", "j")
        await person.sees("declined-signed-for  ◆ critical")
        shown = "\n".join(detail(person))
        assert "✓ pass → ✗ fail   value 1.00 → 0.91   7 turns" in shown
        assert "✓ → ✗ no_repeats  turn 3: lookup_order again with the arguments of turn 1" in shown
        await person.press("J", "J", "K")
        await person.sees("down-payment-provider  ◆ critical")

    told(story, tell)


def test_tabs_say_where_the_difference_is_and_show_it(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE)
        await person.sees("output ", "trajectory~", "reasons~", "no difference")
        await person.press(NEXT_TAB)
        await person.sees("+ calls lookup_order", "= get_customer answered")
        await person.press(NEXT_TAB)
        await person.sees("~ no_repeats passes", "~ no_repeats fails")
        await person.press(NEXT_TAB)
        await person.sees("- - Never call a tool a second time", "lines are the same · enter shows them")
        await person.press(NEXT_TAB)
        await person.sees("refund ", "83.3 %", "−83.3")
        await person.press(NEXT_TAB)
        await person.sees("no difference")
        await person.press(TAB_BEFORE)
        assert view(person).detail.tab == "tags"

    told(story, tell)


def test_a_tab_is_picked_with_the_mouse_too(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE)
        await person.sees("no difference")
        await person.pilot.click("Tabs", offset=(15, 0))
        await person.sees("+ calls lookup_order")

    told(story, tell)


def test_enter_opens_the_trace_which_walks_the_same_list(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE)
        await person.sees("no difference")
        await person.press("enter")
        assert name(person) == "trace"
        await person.press("J", "escape")
        assert name(person) == "compare"
        await person.sees("declined-signed-for  ◆ critical")
        await person.press("t")
        assert name(person) == "trace"

    told(story, tell)


def test_a_tag_opens_its_cases_and_the_filter_goes_again(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE)
        await person.sees("no difference")
        await person.press(TAB_BEFORE)
        await person.sees("faulty")
        await person.press("tab", "j", "j", "enter")
        await person.sees("tag:faulty", "17 of 83")
        assert view(person).focused is view(person).cases
        await person.press("slash", "ctrl+u", "backspace", "enter")
        await person.sees("✗ 56 broke")
        assert len(view(person).cases.source) == 83

    told(story, tell)


def test_beside_the_prompts_the_editor_opens_the_prompt(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    async def tell(person: Person) -> None:
        monkeypatch.setattr(person.app, "edit", lambda path, line=1: opened.append(path))
        await person.press("3", NEXT_TAB, NEXT_TAB)
        await person.sees("lines are the same · enter shows them")
        await person.press("e", TAB_BEFORE, "e")

    told(story, tell)
    assert [path.suffix for path in opened] == [".md", ".yaml"]


def test_what_did_not_change_is_hidden_and_shown_again(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", "i")
        await person.sees("!same", "57 of 83")
        await person.press("G")
        assert "= same" not in person.screen
        await person.press("i")
        assert len(view(person).cases.source) == 83

    told(story, tell)


def test_a_filter_that_takes_no_case_says_so_and_leaves_no_old_case_behind(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE)
        await person.sees("no difference")
        await person.press("slash")
        await person.type("nosuchcase")
        await person.press("enter")
        await person.sees("None of 83 cases is “nosuchcase”.")
        assert view(person).detail.pair is None and "declined" not in person.screen

    told(story, tell)


def test_cases_are_sorted_and_turned_round_and_the_difference_stays(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3")
        await person.sees("−66.3 points")
        await person.press("s")
        await person.sees("by id", "−66.3 points")
        assert "already-refunded-bank-slow" in person.screen.splitlines()[3]
        await person.press("S")
        await person.sees("by id, turned round")
        await person.press("g")
        assert "wrong-owner-where" in person.screen.splitlines()[3]

    told(story, tell)


def test_keys_move_what_has_the_focus_and_esc_comes_back(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE, NEXT_TAB)
        await person.sees("+ calls lookup_order")
        assert view(person).focused is view(person).cases
        await person.press("tab", "G")
        assert view(person).inside and view(person).detail.sides.scroll_offset.y > 0
        assert view(person).cases.cursor == 0
        await person.press("g", "enter")
        assert "5 lines are the same" not in person.screen
        await person.press("escape")
        assert view(person).focused is view(person).cases
        await person.press("G")
        assert view(person).cases.cursor == 82

    told(story, tell)


def test_n_goes_through_the_differences_and_says_when_there_is_none_left(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE, NEXT_TAB, NEXT_TAB)
        await person.sees("1 of 6")
        await person.press("n")
        await person.sees("2 of 6")
        await person.press("N", "N")
        await person.sees("the first difference; K: the case before")

    told(story, tell)


def test_the_detail_takes_all_the_room_and_gives_it_back(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE, NEXT_TAB)
        await person.sees("+ calls lookup_order")
        await person.press("plus")
        assert view(person).detail.region.width == 120 and view(person).inside
        await person.press("J")
        await person.sees("declined-signed-for  ◆ critical")
        await person.press("underscore")
        assert view(person).cases.region.width > 30
        await person.press("plus", "escape")
        assert view(person).focused is view(person).cases

    told(story, tell)


def test_marked_cases_are_known_to_who_runs_them_and_esc_unmarks_them(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", "space", "j", "space")
        assert view(person).marked_cases == ["declined-frost-damage", "down-payment-provider"]
        await person.press("escape")
        assert view(person).marked_cases == []

    told(story, tell)


def test_under_100_columns_the_list_stands_above_and_everything_fits(story: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", TAB_BEFORE, NEXT_TAB)
        await person.sees("+ calls lookup_order", "−66.3 points")
        cases, sides = view(person).cases.region, view(person).detail.sides.region
        assert (cases.width, sides.width) == (80, 80)
        assert cases.height >= 4 and sides.height >= 6 and cases.bottom <= sides.y

    told(story, tell, (80, 24))


def test_copying_gives_the_answer_or_the_id_or_the_command(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def tell(person: Person) -> None:
        monkeypatch.setattr(person.app, "copy", lambda text, what="": copied.append(text))
        await person.press("3", TAB_BEFORE)
        await person.sees("no difference")
        await person.press("y", "Y", "tab", "y", NEXT_TAB, NEXT_TAB, NEXT_TAB, "Y")

    told(story, tell)
    assert copied[:2] == ["declined-frost-damage", "evaltui compare 5 6 declined-frost-damage"]
    assert copied[2].startswith("I am sorry, I cannot refund order FW-49120")
    assert copied[3] == "evaltui compare 5 6 --prompt"


def test_it_is_opened_on_runs_and_cases_of_its_own(story: Path) -> None:
    async def tell(person: Person) -> None:
        with open_store(story / STATE) as store:
            run, against = run_by_id(store, 2), run_by_id(store, 1)
        assert run is not None
        await person.app.push_screen(CompareView("critical broke", Subject(run, against, pinned=True)))
        screen = await person.sees("run 1 → run 2", "critical", "broke")
        assert all("◆" in line for line in screen.splitlines()[4:] if "✗ broke" in line[:12])
        await person.press("escape")
        assert name(person) == "gate"

    told(story, tell)


def test_a_run_without_a_baseline_is_shown_alone(story: Path) -> None:
    async def tell(person: Person) -> None:
        with open_store(story / STATE) as store:
            run = run_by_id(store, 1)
        assert run is not None
        await person.app.push_screen(CompareView(subject=Subject(run)))
        await person.sees("✗ 57 fail · ✓ 150 pass", "no baseline yet", "run 1 · ")
        await person.press(NEXT_TAB, NEXT_TAB, NEXT_TAB)
        await person.sees("Nothing is held against this run yet.")
        await person.press("Y")

    told(story, tell)


def test_tickets_of_two_real_prompts(tickets: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3")
        await person.sees("✗ 1 broke · ✓ 17 fixed · = 50 same", "+23.5 points", "better")
        await person.sees("~ Billing Inquiries", "~ Billing Disputes")

    told(tickets, tell)


def test_conversations_of_a_real_desk_are_aligned(airline: Path) -> None:
    async def tell(person: Person) -> None:
        await person.press("3", NEXT_TAB)
        await person.sees("airline-11", "could be chance", "1 of 36")
        assert any(line.endswith("+ says") for line in detail(person))

    told(airline, tell)


@pytest.mark.parametrize(("size", "tab"), [((120, 36), "output"), ((80, 24), "trajectory"), ((120, 36), "reasons")])
def test_hostile_texts_are_only_text(hostile: Path, size: tuple[int, int], tab: str) -> None:
    async def tell(person: Person) -> None:
        await person.press("3")
        view(person).pick(tab)
        for _ in range(17):
            screen = await person.press("J")
            assert all(ord(char) >= 32 and not 0x7F <= ord(char) < 0xA0 for char in screen if char != "\n")
        assert view(person).cases.cursor == 16

    told(hostile, tell, size)
