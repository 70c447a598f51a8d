"""`evaltui triage` and `finding` as a person runs them."""

import shutil

import pytest
from tests.cli.program import agent, case

WORDS = [f"word-{n}" for n in range(5)]


@pytest.fixture(scope="module")
def judged(make_program):
    """Run 1 fails word-0 and is the baseline; run 2 fails word-0 to word-3, and word-3 in a way of its own."""
    cases = [case("hello", critical=True), *(case(word) for word in WORDS)]
    program = make_program(cases, prompt=("word-0 => no",))
    home = program.folder / "evalsets" / "greetings"
    lines = ("hello => goodbye", *(f"{word} => no" for word in WORDS[:3]), "word-3 => ")
    (home / "worse.yaml").write_text(agent(*lines, name="worse"), "utf-8")
    assert program("run", "greetings", "--yes").code == 3
    assert program("promote").code == 0
    assert program("run", "greetings", "--yes", "--agent", str(home / "worse.yaml")).code == 1
    shutil.copytree(program.folder, program.folder.with_suffix(".kept"))
    return program


@pytest.fixture
def program(judged):
    """As `judged`; the next test finds it as it was."""
    yield judged
    shutil.rmtree(judged.folder)
    shutil.copytree(judged.folder.with_suffix(".kept"), judged.folder)


def test_the_queue_shows_what_broke_first_and_critical_cases_before_the_rest(program):
    said = program("triage")
    assert said.code == 0 and said.out.splitlines()[0] == (
        "Triage of run 2 (greetings, worse) against run 1: 0 of 5 judged"
    )
    lines = [line.strip() for line in said.out.splitlines()]
    places = [lines.index(name) for name in ("hello ◆ critical", "word-1", "word-2", "word-3", "word-0")]
    assert places == sorted(places)
    assert "evaltui finding 2 hello" in said.err


def test_findings_are_kept_and_stand_in_the_report(program):
    assert program("finding", "2", "hello", "real", "--note", "greets no more").code == 0
    said = program("finding", "2", "word-1", "accept", "--group")
    assert said.out.startswith("2 cases like word-1: accepted")
    program("finding", "2", "word-0", "flaky")
    found = program("triage", "2", "--json").json
    assert {entry["case_id"]: entry["label"] for entry in found["entries"]} == {
        "hello": "real", "word-0": "flaky", "word-1": "accept", "word-2": "accept"
    }  # fmt: skip
    assert found["progress"]["judged"] == 4 and found["flaky"] == ["word-0"]
    text = program("triage", "2", "--markdown").out
    assert "### Flaky (1)" in text and "— greets no more" in text


def test_undo_takes_the_last_act_back_in_a_later_process_and_redo_does_it_again(program):
    program("finding", "2", "word-3", "bad")
    program("finding", "2", "hello", "real")
    assert program("finding", "2", "--undo").out.startswith("Undone: hello: real regression")
    assert [entry["case_id"] for entry in program("triage", "--json").json["entries"]] == ["word-3"]
    assert program("finding", "2", "--redo").out.startswith("hello: real regression")
    for _ in range(2):
        assert program("finding", "2", "--undo").code == 0
    said = program("finding", "2", "--undo")
    assert said.code == 2 and "nothing to undo" in said.err


def test_the_output_becomes_the_gold_in_the_file_and_undo_gives_the_former_one_back(program):
    file = program.folder / "evalsets" / "greetings" / "cases.jsonl"
    before = file.read_text("utf-8")
    said = program("finding", "2", "word-1", "--output-is-gold")
    assert said.code == 0 and '"expected": "no"' in said.out
    assert file.read_text("utf-8") == before.replace('"expected": "word-1"', '"expected": "no"')
    assert program("finding", "2", "--undo").code == 0
    assert file.read_text("utf-8") == before


def test_undo_of_a_gold_is_refused_when_the_file_was_changed_since(program):
    file = program.folder / "evalsets" / "greetings" / "cases.jsonl"
    program("finding", "2", "word-1", "--output-is-gold")
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    said = program("finding", "2", "--undo")
    assert said.code == 2 and "changed by somebody else" in said.err
    assert [entry["label"] for entry in program("triage", "--json").json["entries"]] == ["accept"]


def test_a_dispute_is_a_human_label_of_the_scorer_that_failed_the_case(program):
    assert program("finding", "2", "word-2", "dispute").code == 0
    (label,) = program("triage", "--json").json["human_labels"]
    assert (label["scorer"], label["passed"]) == ("exact", True)
    said = program("finding", "2", "word-4", "dispute")
    assert said.code == 2 and "no grade to dispute" in said.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("finding", "2", "wrod-1", "real"), 'did you mean "word-1"?'),
        (("finding", "2", "word-1", "splendid"), "'splendid' is not one of"),
        (("finding", "2", "word-1"), "evaltui finding RUN CASE real|bad"),
        (("finding", "2", "word-1", "--undo"), "stand alone"),
        (("finding", "9", "word-1", "real"), "there is no run 9"),
        (("triage", "2", "--json", "--markdown"), "give one"),
        (("finding", "2", "word-4", "accept", "--group"), "leave out --group"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_kept(program, words, why):
    said = program(*words)
    assert said.code == 2 and why in said.err
    assert program("triage", "--json").json["entries"] == []


def test_hostile_words_are_shown_and_reported_inert(program):
    program("finding", "2", "hello", "real", "--note", "\x1b[31m </details> @all | `x`\n# title \u202e")
    for words in (("triage",), ("triage", "--markdown")):
        said = program(*words).out
        assert "\x1b" not in said and "\u202e" not in said and "\n# title" not in said
    assert "@all" not in said and "</details> " not in said
