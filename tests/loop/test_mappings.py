"""Which column of a plain log is what is asked once a project, kept in a file, and used again."""

from pathlib import Path

import pytest

from evaltui.domain.errors import BadInput
from evaltui.logs.plain.guess import Guess
from evaltui.logs.plain.mapping import Mapping
from evaltui.loop.mappings import (
    Unmapped,
    check_mapping,
    guess_lines,
    kept_importer,
    mapping_for,
    mappings_file,
    parse_map_option,
    plain_importer,
    remember,
)

MAPPING = Mapping(input="c1", output="c2", score="c3", scale="1..5")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "my log.csv"
    path.write_text("c1,c2,c3\nWhere is my parcel?,It arrives on Monday.,4\n", "utf-8")
    return path


def test_a_mapping_is_kept_for_every_log_with_these_columns(tmp_path: Path, log: Path) -> None:
    made = mapping_for(tmp_path, log)
    assert isinstance(made, Guess) and made.mapping == Mapping(input="c1", output="c2")
    remember(tmp_path, log, MAPPING)
    other = tmp_path / "other.csv"
    other.write_text("c1;c2;c3\nHi;Hello;1\n", "utf-8")
    assert mapping_for(tmp_path, log) == mapping_for(tmp_path, other) == MAPPING
    other.write_text("c1;c2\nHi;Hello\n", "utf-8")
    assert isinstance(mapping_for(tmp_path, other), Guess)
    assert kept_importer(tmp_path, log) == plain_importer(MAPPING)
    assert len(list(plain_importer(MAPPING).read(log))) == 1
    with pytest.raises(BadInput, match="nobody has said which column is what"):
        kept_importer(tmp_path, other)


def test_a_later_mapping_takes_the_place_of_an_earlier_one_only_for_its_columns(tmp_path: Path, log: Path) -> None:
    lines = tmp_path / "log.jsonl"
    lines.write_text('{"b": {"q": "Hi"}, "a": "no: [x]"}\n', "utf-8")
    remember(tmp_path, lines, Mapping(input="b.q", output="a"))
    remember(tmp_path, log, Mapping(input="c2"))
    remember(tmp_path, log, MAPPING)
    lines.write_text('{"a": "Hello", "b": {"q": "Hi"}}\n', "utf-8")
    assert (mapping_for(tmp_path, lines), mapping_for(tmp_path, log)) == (Mapping(input="b.q", output="a"), MAPPING)


def test_the_words_of_a_refusal_are_those_that_a_person_can_give(tmp_path: Path, log: Path) -> None:
    made = mapping_for(tmp_path, log)
    assert isinstance(made, Guess)
    refusal = str(Unmapped(log, made))
    assert f"evaltui import '{log}' --map input=c1 --map output=c2" in refusal
    assert parse_map_option(["input=c1", "output = c2"]) == made.mapping
    assert guess_lines(made)[0].startswith("input = c1  a guess, it holds long texts: what the user said")
    assert guess_lines(made)[-1] == "not read: c3"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["inptu=c1"], 'did you mean "input"?'),
        (["input"], "must be FIELD=COLUMN"),
        (["input=c1", "input=c2"], "is given twice"),
        (["output=c1"], "map input or messages"),
        (["input=c1", "score=c3", "scale=5"], "must be WORST..BEST"),
        (["input=c1", "scale=5..5"], "must differ"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_what_is_allowed(words: list[str], told: str) -> None:
    with pytest.raises(BadInput, match="map") as refused:
        parse_map_option(words)
    assert told in str(refused.value)


def test_a_column_that_is_not_there_is_refused_and_one_that_comes_late_is_not(tmp_path: Path, log: Path) -> None:
    with pytest.raises(BadInput, match=r"input: there is no such column; found \"c9\"; allowed: c1, c2, c3"):
        check_mapping(Mapping(input="c9"), log)
    late = tmp_path / "late.jsonl"
    late.write_text('{"q": "Hi"}\n' * 50 + '{"q": "Hi", "error": "timed out"}\n', "utf-8")
    check_mapping(Mapping(input="q", error="error"), late)
    with pytest.raises(BadInput, match="eror"):
        check_mapping(Mapping(input="q", error="eror"), late)


def test_a_kept_file_that_somebody_broke_is_told_with_its_line(tmp_path: Path, log: Path) -> None:
    remember(tmp_path, log, MAPPING)
    file = mappings_file(tmp_path)
    file.write_text(file.read_text("utf-8").replace("input:", "inptu:"), "utf-8")
    with pytest.raises(BadInput, match=r"mappings.yaml:8: .*inptu.*did you mean"):
        mapping_for(tmp_path, log)
