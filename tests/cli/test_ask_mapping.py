"""Which column of a plain log is what: said with the command, kept, or confirmed at a terminal."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from evaltui.cli import ask_mapping
from evaltui.cli.ask_mapping import mapping_of
from evaltui.domain.errors import BadInput
from evaltui.logs.plain.mapping import Mapping


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("question,answer,stars\nWhere?,\x1b[2JHere,4\n", "utf-8")
    return path


def asked(log: Path, typed: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    """The question as a person at a terminal sees and answers it."""

    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    @click.command()
    def ask() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(ask_mapping, "sys", type("Sys", (), {"stdin": Terminal}))
            click.echo(" ".join(mapping_of(log.parent, log, ()).words))

    return CliRunner().invoke(ask, input=typed)


def test_words_are_kept_and_what_is_kept_is_not_asked_again(log: Path) -> None:
    with pytest.raises(BadInput, match="--map input=question --map output=answer --map score=stars"):
        mapping_of(log.parent, log, ())
    said = mapping_of(log.parent, log, ("input=answer",))
    assert said == Mapping(input="answer") == mapping_of(log.parent, log, ())
    with pytest.raises(BadInput, match="there is no such column"):
        mapping_of(log.parent, log, ("input=anwser",))


def test_a_person_at_a_terminal_sees_the_guess_and_confirms_it_once(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = asked(log, "n\n", monkeypatch)
    assert isinstance(refused.exception, BadInput)
    confirmed = asked(log, "y\n", monkeypatch)
    assert "input = question  likely, by its name: what the user said" in confirmed.output
    assert "\x1b" not in confirmed.output
    assert confirmed.output.splitlines()[-1] == "input=question output=answer score=stars scale=1..5"
    assert "which column" not in asked(log, "", monkeypatch).output.casefold()
