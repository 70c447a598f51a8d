"""Text of models, providers and files is hostile: nothing of it is ever obeyed by a terminal."""

import json
from collections.abc import Iterator
from dataclasses import replace
from unicodedata import category

import pytest
from tests.cli.program import Program, Said, agent, case, write_project
from tests.cli.provider import EVIL, provider

EVIL_TAG = "\x1b[31m\u202etag\u200b"
EVIL_INPUT = EVIL.replace("\ud800", "")  # what reads a file already refuses a lone surrogate
LONG = "long " + "x" * 1_000_000
MODEL_OR_FILE = "  ✓ exact: right"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Run 1 went well and is the baseline; in run 2 every reply is hostile."""
    folder = tmp_path_factory.mktemp("attacked")
    cases = [
        case("reply", critical=True, tags=[EVIL_TAG], input=EVIL_INPUT, group=EVIL_INPUT),
        case("error", expected=EVIL_INPUT, critical=True), case("long"), case("plain"),
    ]  # fmt: skip
    home = write_project(folder, cases, scorers="[exact, {contains: {phrases: [reply], advisory: true}}]")
    (home / "agent.yaml").write_text(agent(name=EVIL_INPUT))
    quiet = {EVIL_INPUT: "reply", "error": EVIL_INPUT}
    with provider(quiet) as server:
        program = Program(folder, server.url, more={"NO_COLOR": "1"})
        program("run", "greetings", "--yes")
        program("promote", "--note", EVIL_INPUT.replace("\x00", ""), "--force", "whatever")
        server.replies = {EVIL_INPUT: EVIL, "error": f"!{EVIL}", "long": LONG}
        assert program("run", "greetings", "--yes").code in (1, 3)
        yield program


COMMANDS = [
    ("runs",), ("show",), ("show", "2", "reply"), ("show", "2", "error"), ("show", "1", "error"), ("gate", "2"),
    ("compare", "1", "2", "--all"), ("gate", "2", "--format", "markdown"), ("gate", "2", "--format", "junit"),
    ("gate", "2", "--json"), ("show", "--json"), ("show", "2", "reply", "--json"), ("runs", "--json"), ("export", "2"),
    ("compare", "1", "2", "--json"), ("export", "2", "--format", "recording"), ("check",), ("score", "2"), ("doctor",),
    ("resume", "2"), ("retry", "2"), ("retry", "2", "--yes"), ("run", "greetings", "--yes"), ("promote",),
]  # fmt: skip


def obeyed(text: str) -> set[str]:
    """Characters that a terminal acts upon or hides; the joiner inside an emoji does neither."""
    return {
        char for char in text if char not in "\n\u200d" and category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    }


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_lets_a_control_character_through(attacked: Program, words: tuple[str, ...]) -> None:
    done = attacked(*words)
    assert done.out + done.err
    assert obeyed(done.out + done.err) == set()
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (20, ("show", "2", "reply")),
        (80, ("show",)),
        (20, ("runs",)),
        (80, ("gate", "2")),
        (80, ("run", "greetings", "--yes")),
    ],
)
def test_nor_does_a_terminal_get_one(attacked: Program, words: tuple[str, ...], columns: int) -> None:
    _, seen = attacked.terminal(*words, columns=columns)
    assert seen
    assert obeyed(seen.decode().replace("\r", "")) == set()


def test_what_was_hidden_is_shown_as_an_escape_and_what_is_readable_stays(attacked: Program) -> None:
    shown = attacked("show", "2", "reply").out
    assert all(
        text in shown for text in ("\\x1b[31mred", "\\x1b]52;c;", "\\u202etxet", "zero\\u200bwidth", "[bold]x[/bold]")
    )
    assert all(text in shown for text in ("漢字", "👩‍🚀", "é", "\\x00nul"))


def test_no_text_of_another_can_begin_a_line_of_ours(attacked: Program) -> None:
    for words in (("show", "2", "reply"), ("show", "2", "error"), ("show",), ("gate", "2"), ("runs",)):
        lines = attacked(*words).out.splitlines()
        assert not [line for line in lines if line.startswith(MODEL_OR_FILE)]


def test_a_reply_of_a_megabyte_is_shown_whole_where_it_is_asked_for_and_shortened_elsewhere(attacked: Program) -> None:
    assert f"  │ {LONG}\n" in attacked("show", "2", "long").out
    assert len(max(attacked("show", "2").out.splitlines(), key=len)) < 600
    assert len(max(attacked("gate", "2").out.splitlines(), key=len)) < 600


def test_json_still_holds_the_text_as_it_came(attacked: Program) -> None:
    (sample, *_) = map(json.loads, attacked("export", "2").out.splitlines())
    assert sample["output"] == EVIL


def test_words_on_the_command_line_come_back_harmless(attacked: Program) -> None:
    evil = "\x1b[31m\u202e"
    said: list[Said] = [
        attacked(evil), attacked("show", evil), attacked("show", "2", evil), attacked("run", evil, "--yes"),
        attacked("gate", "--format", evil), attacked("runs", "--evalset", evil), attacked("runs", f"--{evil}"),
        attacked("run", "greetings", "--only", evil), attacked("run", "greetings", "--agent", evil),
        attacked("runs", "--db", evil), attacked("check", evil), attacked("doctor", "--base-url", f"http://{evil}"),
        attacked("sandbox", "--faults", evil), attacked("sandbox", "--replay", evil), attacked("retry", evil),
        replace(attacked, more={"EVALTUI_BASE_URL": f"http://x{evil}"})("doctor"),
    ]  # fmt: skip
    assert [one for one in said if obeyed(one.out + one.err) or not one.out + one.err] == []
