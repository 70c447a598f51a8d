"""The frame around every view: breadcrumb, status, footer, keys; and what happens when there is no room."""

from pathlib import Path
from typing import Any

from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.tui.actions import ACTIONS, VIEWS, actions_of
from evaltui.tui.app import EvalApp
from evaltui.tui.keys import Keys
from evaltui.tui.view import View
from evaltui.tui.widgets.frame import StatusLine


def test_a_number_opens_its_view_and_the_breadcrumb_says_which(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await app.ready()
        for name, (key, title) in VIEWS.items():
            await pilot.press(key)
            await pilot.pause()
            assert app.current_mode == name
            assert f"{key} {title}" in lines(app)[0]

    told(story, tell)


def test_where_nothing_was_run_the_gate_is_the_first_page(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await app.ready()
        await pilot.press("2", "1")
        await pilot.pause()
        assert app.current_mode == "welcome" and "init" in "\n".join(lines(app))

    told(tmp_path, story)


def test_errors_stay_on_the_status_line_until_they_are_read(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        app.problem("the disk is full [bold]\x1b[2J")
        app.problem("and the moon too")
        await pilot.press("2")
        await pilot.press("3")
        app.problem("here too")
        await pilot.pause()
        assert "here too" in lines(app)[-2]
        await pilot.press("escape")
        await pilot.pause()
        assert lines(app)[-2].strip() == ""

    told(tmp_path, story)


def test_two_errors_are_read_one_after_the_other(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        app.problem("one [/x]")
        app.problem("two")
        app.problem("two")
        await pilot.pause()
        assert "one [/x]" in lines(app)[-2]
        assert "2 messages" in lines(app)[-2]
        await pilot.press("escape")
        await pilot.pause()
        assert "two" in lines(app)[-2]

    told(tmp_path, story)


def test_escape_never_quits(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("escape", "escape", "escape")
        await pilot.pause()
        assert app.is_running

    told(tmp_path, story)


def test_q_leaves_with_exit_code_0(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("q")

    assert told(tmp_path, story).return_code == 0


def test_below_60_by_16_one_line_says_so(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.resize_terminal(50, 10)
        await pilot.pause()
        assert "At least 60×16 is needed; this is 50×10." in "".join(lines(app))
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "needed" not in "".join(lines(app))

    told(tmp_path, story)


def test_a_remapped_key_works_and_is_what_the_footer_shows(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("f5")
        await pilot.pause()
        assert app.current_mode == "runs"

    told(tmp_path, story, keys=Keys({"go_runs": "f5"}))


def test_keys_that_clash_or_do_not_exist_are_reported_on_the_screen(tmp_path: Path) -> None:
    keys = Keys({"go_runs": "1", "fliter": "f3", "filter": "ctrl+m"})
    said = "\n".join(keys.problems)
    assert "the key 1 is given to" in said
    assert 'did you mean "filter"' in said
    assert "ctrl+m" in said

    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.pause()
        assert "messages" in lines(app)[-2]

    told(tmp_path, story, keys=keys)


def test_no_two_actions_of_a_view_share_a_key() -> None:
    assert Keys({}).problems == []


def test_every_action_says_what_it_does_in_a_sentence() -> None:
    assert all(action.help.endswith((".", "flaky")) and action.words for action in ACTIONS)


def test_no_key_is_one_that_terminals_keep_for_themselves() -> None:
    keys = [key for action in ACTIONS for key in action.all_keys]
    assert not [key for key in keys if key in ("ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+s") or "shift+" in key]


def test_no_letter_is_routine_on_one_view_and_destructive_on_another() -> None:
    destructive = {key for action in ACTIONS if action.name == "cancel" for key in action.all_keys}
    others = {key for action in ACTIONS if action.name != "cancel" for key in action.all_keys}
    assert not destructive & others


def test_every_view_has_help_and_quit_at_the_end_of_its_footer() -> None:
    for view in VIEWS:
        shown = [action.name for action in actions_of(view) if action.footer]
        assert shown[-2:] == ["help", "quit"]


def test_a_fault_of_ours_is_kept_without_secrets_and_said(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        async def work() -> None:
            raise RuntimeError("with sk-ant-secret1234567890 in it")

        assert isinstance(app.screen, View)
        app.screen.later(work)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "a fault of evaltui itself (RuntimeError)" in lines(app)[-2]
        assert app.screen.query_one(StatusLine)

    told(tmp_path, story)
    report = next((tmp_path / ".evaltui").glob("crash-*.txt")).read_text()
    assert "RuntimeError" in report
    assert "sk-ant" not in report


def test_ctrl_q_leaves_from_within_and_ctrl_c_only_says_so(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert "ctrl+q quits" in lines(app)[-2]
        await pilot.press("question_mark", "ctrl+q")

    assert told(tmp_path, story).return_code == 0
